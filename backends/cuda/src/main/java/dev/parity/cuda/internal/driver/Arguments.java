package dev.parity.cuda.internal.driver;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;

/// The arguments of a launch, in memory where the driver reads them.
public final class Arguments implements AutoCloseable {
    /// Of each argument: no type of ours is aligned to more.
    private static final int ALIGNMENT = 16;

    private final BytePointer values;
    private final PointerPointer<BytePointer> pointers;

    /// Lays out arguments.
    ///
    /// @param arguments each an `int`, a `float`, an address or 0 as a `long`, or a [Struct]
    public Arguments(List<?> arguments) {
        List<byte[]> encoded = arguments.stream().map(Arguments::encode).toList();
        values = new BytePointer(
                encoded.stream().mapToLong(bytes -> aligned(bytes.length)).sum());
        pointers = new PointerPointer<>(Math.max(1, encoded.size()));
        long at = 0;
        for (int i = 0; i < encoded.size(); i++) {
            BytePointer place = values.getPointer(at);
            place.put(encoded.get(i), 0, encoded.get(i).length);
            pointers.put(i, place);
            at += aligned(encoded.get(i).length);
        }
    }

    /// A structure passed by value.
    ///
    /// @param fields each an `int`, a `float`, a `double` or an address as a `long`, each aligned to its own size
    public record Struct(List<?> fields) {
        /// Makes a structure of integers.
        ///
        /// @param fields in order
        /// @return the structure
        public static Struct of(int... fields) {
            return new Struct(Arrays.stream(fields).boxed().toList());
        }
    }

    private static long aligned(long length) {
        return (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    private static byte[] encode(Object argument) {
        List<?> fields = argument instanceof Struct(List<?> inner) ? inner : List.of(argument);
        ByteBuffer bytes = ByteBuffer.allocate(8 * fields.size()).order(ByteOrder.nativeOrder());
        int widest = 1;
        for (Object field : fields) {
            int size = field instanceof Integer || field instanceof Float ? 4 : 8;
            widest = Math.max(widest, size);
            bytes.position((bytes.position() + size - 1) / size * size);
            switch (field) {
                case Integer number -> bytes.putInt(number);
                case Float number -> bytes.putFloat(number);
                case Double number -> bytes.putDouble(number);
                case Long address -> bytes.putLong(address);
                default -> throw new IllegalArgumentException("no argument of a kernel: " + field);
            }
        }
        return Arrays.copyOf(bytes.array(), (bytes.position() + widest - 1) / widest * widest);
    }

    PointerPointer<BytePointer> pointers() {
        return pointers;
    }

    @Override
    public void close() {
        pointers.close();
        values.close();
    }
}

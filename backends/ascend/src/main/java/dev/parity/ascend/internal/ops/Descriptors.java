package dev.parity.ascend.internal.ops;

import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.parity.ascend.internal.cann.Cann;
import dev.parity.ascend.internal.cann.DataType;
import dev.parity.spi.BackendException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// What describes the arguments of one operator to the library. It borrows the memory of the tensors.
final class Descriptors implements AutoCloseable {
    private static final int ND = 2; // aclFormat
    private static final int NCHW = 0;

    private final Cann cann;
    private final Deque<Made> made = new ArrayDeque<>();

    Descriptors(Cann cann) {
        this.cann = cann;
    }

    /// A descriptor.
    ///
    /// @param handle where it is
    /// @param destroy the function that frees it
    private record Made(MemorySegment handle, String destroy) {}

    /// Turns an argument into what the function takes.
    ///
    /// @param argument a [View], an [Operand], or a number that is passed as it is
    Object of(Object argument) {
        return switch (argument) {
            case View view -> tensor(view);
            case Operand operand -> of(operand);
            case Number number -> number;
            case Boolean flag -> flag;
            default -> throw new IllegalArgumentException("no argument of an operator: " + argument);
        };
    }

    private MemorySegment of(Operand operand) {
        try (Arena arena = Arena.ofConfined()) {
            return switch (operand) {
                case Operand.Scalar(double value, DataType type) -> {
                    MemorySegment number = type == DataType.DOUBLE
                            ? arena.allocateFrom(JAVA_DOUBLE, value)
                            : arena.allocateFrom(JAVA_FLOAT, (float) value);
                    yield make("Scalar", number, type == DataType.DOUBLE ? type.acl() : DataType.FLOAT.acl());
                }
                case Operand.Ints(List<Integer> values) -> make("IntArray", longs(arena, values), (long) values.size());
                case Operand.Flags(List<Boolean> values) -> {
                    MemorySegment flags = arena.allocate(JAVA_BOOLEAN, values.size());
                    for (int i = 0; i < values.size(); i++) {
                        flags.setAtIndex(JAVA_BOOLEAN, i, values.get(i));
                    }
                    yield make("BoolArray", flags, (long) values.size());
                }
                case Operand.Absent() -> MemorySegment.NULL;
            };
        }
    }

    private MemorySegment tensor(View view) {
        try (Arena arena = Arena.ofConfined()) {
            List<Integer> storage = view.isContiguous() ? view.shape() : List.of(view.storage());
            return make(
                    "Tensor",
                    longs(arena, view.shape()),
                    (long) view.rank(),
                    view.type().acl(),
                    longs(arena, view.strides()),
                    (long) view.offset(),
                    view.images() ? NCHW : ND,
                    longs(arena, storage),
                    (long) storage.size(),
                    Cann.pointer(view.address()));
        }
    }

    private static MemorySegment longs(Arena arena, List<Integer> values) {
        return arena.allocateFrom(
                JAVA_LONG, values.stream().mapToLong(value -> value).toArray());
    }

    private MemorySegment make(String kind, Object... arguments) {
        MemorySegment handle = cann.make("aclCreate" + kind, arguments);
        if (handle.equals(MemorySegment.NULL)) {
            throw new BackendException("aclCreate%s gave nothing for %s".formatted(kind, List.of(arguments)));
        }
        made.push(new Made(handle, "aclDestroy" + kind));
        return handle;
    }

    @Override
    public void close() {
        while (!made.isEmpty()) {
            Made last = made.pop();
            cann.check(last.destroy(), last.handle());
        }
    }
}

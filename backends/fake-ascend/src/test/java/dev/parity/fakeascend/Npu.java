package dev.parity.fakeascend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// An NPU as a program sees it through its libraries: device 0 of this thread, a stream, and what tests do with them.
final class Npu implements AutoCloseable {
    static final int FP32 = 0;
    static final int FP16 = 1;
    static final int INT32 = 3;
    static final int BOOL = 12;
    static final int BF16 = 27;
    static final int NCHW = 0;
    static final int ND = 2;
    static final int TO_DEVICE = 1;
    static final int TO_HOST = 2;

    private static final List<Arena> CLOSED = new ArrayList<>();

    final Arena arena = Arena.ofShared();
    final MemorySegment stream;
    private final Map<String, String> letters;
    private final Map<String, MethodHandle> handles = new HashMap<>();
    private final List<SymbolLookup> libraries = new ArrayList<>();

    Npu(FakeAscend fake) {
        this(fake, fake.libraries());
    }

    /// Opens libraries that are not of one layout.
    Npu(FakeAscend fake, Path... directories) {
        letters = fake.signatures();
        for (Path directory : directories) {
            open(directory);
        }
        assertThat(call("aclInit", MemorySegment.NULL)).isZero();
        ok("aclrtSetDevice", 0);
        stream = created("aclrtCreateStream");
    }

    @SuppressWarnings("restricted") // the fake is native code
    private void open(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            files.sorted().forEach(file -> libraries.add(SymbolLookup.libraryLookup(file, arena)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static MemoryLayout layout(char letter) {
        return switch (letter) {
            case 'A' -> ValueLayout.ADDRESS;
            case 'I' -> ValueLayout.JAVA_INT;
            case 'J' -> ValueLayout.JAVA_LONG;
            case 'B' -> ValueLayout.JAVA_BYTE;
            case 'Z' -> ValueLayout.JAVA_BOOLEAN;
            case 'F' -> ValueLayout.JAVA_FLOAT;
            case 'D' -> ValueLayout.JAVA_DOUBLE;
            default -> throw new IllegalArgumentException("letter " + letter);
        };
    }

    static FunctionDescriptor descriptor(String signature) {
        String arguments = signature.substring(2, signature.length() - 1);
        List<MemoryLayout> layouts = new ArrayList<>();
        for (String part : arguments.split("(?<=\\})|(?=\\{)", -1)) {
            if (part.startsWith("{")) {
                layouts.add(MemoryLayout.unionLayout(ValueLayout.JAVA_INT));
            } else {
                part.chars().forEach(letter -> layouts.add(layout((char) letter)));
            }
        }
        return FunctionDescriptor.of(layout(signature.charAt(0)), layouts.toArray(MemoryLayout[]::new));
    }

    @SuppressWarnings("restricted") // the fake is native code
    private synchronized MethodHandle handle(String function) {
        return handles.computeIfAbsent(function, name -> {
            MemorySegment address = libraries.stream()
                    .flatMap(library -> library.find(name).stream())
                    .findFirst()
                    .orElseThrow();
            return Linker.nativeLinker().downcallHandle(address, descriptor(letters.get(name)));
        });
    }

    Object invoke(String function, Object... arguments) {
        try {
            return handle(function).invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new LinkageError(function, e);
        }
    }

    /// Calls a function that returns a code.
    int call(String function, Object... arguments) {
        return (int) invoke(function, arguments);
    }

    /// Calls a function that has to succeed.
    void ok(String function, Object... arguments) {
        assertThat(call(function, arguments))
                .as(() -> function + ": " + message())
                .isZero();
    }

    @SuppressWarnings("restricted") // a text of the fake
    String message() {
        MemorySegment text = (MemorySegment) invoke("aclGetRecentErrMsg");
        return text.address() == 0 ? "" : text.reinterpret(Long.MAX_VALUE).getString(0);
    }

    /// Calls a function that gives a handle through its first argument.
    MemorySegment created(String function, Object... more) {
        MemorySegment out = arena.allocate(ValueLayout.ADDRESS);
        List<Object> arguments = new ArrayList<>(List.of(out));
        arguments.addAll(Arrays.asList(more));
        ok(function, arguments.toArray());
        return out.get(ValueLayout.ADDRESS, 0);
    }

    MemorySegment malloc(long bytes) {
        return created("aclrtMalloc", bytes, 0);
    }

    static int bytes(int type) {
        return switch (type) {
            case FP16, BF16 -> 2;
            case BOOL -> 1;
            default -> 4;
        };
    }

    /// Memory of the device with the values, rounded to a type.
    MemorySegment put(int type, double... values) {
        int width = bytes(type);
        MemorySegment host = arena.allocate((long) width * values.length, 64);
        for (int i = 0; i < values.length; i++) {
            switch (type) {
                case FP16 -> host.setAtIndex(ValueLayout.JAVA_SHORT, i, Float.floatToFloat16((float) values[i]));
                case BF16 -> host.setAtIndex(ValueLayout.JAVA_SHORT, i, bfloat((float) values[i]));
                case BOOL -> host.set(ValueLayout.JAVA_BYTE, i, (byte) values[i]);
                case INT32 -> host.setAtIndex(ValueLayout.JAVA_INT, i, (int) values[i]);
                default -> host.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) values[i]);
            }
        }
        MemorySegment device = malloc(host.byteSize());
        ok("aclrtMemcpy", device, host.byteSize(), host, host.byteSize(), TO_DEVICE);
        return device;
    }

    /// Cuts values that BF16 has.
    private static short bfloat(float value) {
        int bits = Float.floatToRawIntBits(value);
        assertThat(bits & 0xffff).as("%s is a BF16", value).isZero();
        return (short) (bits >>> 16);
    }

    double[] get(int type, MemorySegment device, int count) {
        MemorySegment host = arena.allocate((long) bytes(type) * count, 64);
        ok("aclrtMemcpy", host, host.byteSize(), device, host.byteSize(), TO_HOST);
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = switch (type) {
                case FP16 -> Float.float16ToFloat(host.getAtIndex(ValueLayout.JAVA_SHORT, i));
                case BF16 -> Float.intBitsToFloat(host.getAtIndex(ValueLayout.JAVA_SHORT, i) << 16);
                case BOOL -> host.get(ValueLayout.JAVA_BYTE, i);
                case INT32 -> host.getAtIndex(ValueLayout.JAVA_INT, i);
                default -> host.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            };
        }
        return values;
    }

    /// A contiguous tensor.
    MemorySegment tensor(int type, MemorySegment data, long... dims) {
        return tensor(type, dims.length == 4 ? NCHW : ND, data, dims, new long[0], 0, dims);
    }

    /// @param strides empty for a contiguous one
    MemorySegment tensor(
            int type, int format, MemorySegment data, long[] dims, long[] strides, long offset, long[] storage) {
        return (MemorySegment) invoke(
                "aclCreateTensor",
                longs(dims),
                (long) dims.length,
                type,
                strides.length == 0 ? MemorySegment.NULL : longs(strides),
                offset,
                format,
                longs(storage),
                (long) storage.length,
                data);
    }

    MemorySegment longs(long... values) {
        return arena.allocateFrom(ValueLayout.JAVA_LONG, values);
    }

    MemorySegment ints(long... values) {
        return (MemorySegment) invoke("aclCreateIntArray", longs(values), (long) values.length);
    }

    MemorySegment scalar(double value) {
        return (MemorySegment)
                invoke("aclCreateScalar", arena.allocateFrom(ValueLayout.JAVA_FLOAT, (float) value), FP32);
    }

    /// An operator between its phases.
    record Planned(String name, long workspace, MemorySegment executor) {}

    /// Phase one, whose last two arguments are added.
    int plan(String operator, List<Planned> planned, Object... arguments) {
        MemorySegment size = arena.allocate(ValueLayout.JAVA_LONG);
        MemorySegment executor = arena.allocate(ValueLayout.ADDRESS);
        List<Object> all = new ArrayList<>(Arrays.asList(arguments));
        all.add(size);
        all.add(executor);
        int code = call("aclnn" + operator + "GetWorkspaceSize", all.toArray());
        if (code == 0) {
            planned.add(new Planned(
                    "aclnn" + operator, size.get(ValueLayout.JAVA_LONG, 0), executor.get(ValueLayout.ADDRESS, 0)));
        }
        return code;
    }

    Planned plan(String operator, Object... arguments) {
        List<Planned> planned = new ArrayList<>();
        assertThat(plan(operator, planned, arguments))
                .as(() -> operator + ": " + message())
                .isZero();
        return planned.getFirst();
    }

    /// Phase two.
    int execute(Planned planned) {
        MemorySegment workspace = planned.workspace() == 0 ? MemorySegment.NULL : malloc(planned.workspace());
        return call(planned.name(), workspace, planned.workspace(), planned.executor(), stream);
    }

    /// Both phases, and waits.
    void run(String operator, Object... arguments) {
        assertThat(execute(plan(operator, arguments)))
                .as(() -> operator + ": " + message())
                .isZero();
        ok("aclrtSynchronizeStream", stream);
    }

    /// Leaves the libraries loaded until [#unload], since code of theirs deletes the fake's objects.
    @Override
    public void close() {
        CLOSED.add(arena);
    }

    /// Unloads the libraries of what was closed, of whose objects the fake has none any more.
    static void unload() {
        CLOSED.forEach(Arena::close);
        CLOSED.clear();
    }
}

package dev.parity.fakeascend;

import dev.parity.fakes.Builder;
import dev.parity.fakes.Control;
import dev.parity.fakes.Live;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.UnionLayout;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The fake NPUs of this process: what tests set, and what they have seen.
///
/// Settings hold from the next call on; the environment variables that they start from are named in
/// `device/settings.h`.
public final class FakeAscend {
    private final Path home;
    private final Layout layout;
    private final Control control;

    private FakeAscend(Path home, Layout layout) {
        this.home = home;
        this.layout = layout;
        control = new Control(home.resolve("lib").resolve("libfakeascend.so"), "fakeascend");
    }

    /// Why the fakes cannot be built here.
    ///
    /// @return what is missing, empty if nothing is
    public static Optional<String> missing() {
        return Builder.missing("NPU", List.of("g++", "sh"), List.of("avx2", "f16c"));
    }

    /// Builds the fakes, once for each state of their sources, and opens the state that they share. All layouts of a
    /// process have one state.
    ///
    /// @param layout of the libraries
    /// @return the fake NPUs
    /// @throws IllegalStateException if something is missing or does not compile, with the compiler's messages
    public static FakeAscend load(Layout layout) {
        missing().ifPresent(reason -> {
            throw new IllegalStateException(reason);
        });
        return new FakeAscend(Builder.build(FakeAscend.class, "fake-ascend"), layout).cann(layout.version);
    }

    /// Where the libraries of the layout are; with it in `LD_LIBRARY_PATH` a whole process sees the fake NPUs.
    ///
    /// @return their directory
    public Path libraries() {
        return layout.libraries(home);
    }

    /// The toolkit's root, which has the libraries in `lib64`.
    ///
    /// @return what `ASCEND_HOME_PATH` would be
    public Path toolkit() {
        return libraries().resolve("..").normalize();
    }

    /// Where the node of a driver is, as in `/dev`.
    ///
    /// @return a directory
    public Path nodes() {
        return home.resolve("dev");
    }

    /// Sets the SoC.
    ///
    /// @param name such as `Ascend910B3`; `Ascend910A` is of the first generation
    /// @return this
    public FakeAscend soc(String name) {
        return set("soc", name);
    }

    /// Sets the version of CANN.
    ///
    /// @param version such as `8.1.RC1`
    /// @return this
    public FakeAscend cann(String version) {
        return set("cann", version);
    }

    /// Sets the number of devices.
    ///
    /// @param count 0 to 64
    /// @return this
    public FakeAscend devices(int count) {
        return set("devices", Integer.toString(count));
    }

    /// Sets the memory of a device.
    ///
    /// @param bytes above which an allocation fails
    /// @return this
    public FakeAscend memory(long bytes) {
        return set("memory", Long.toString(bytes));
    }

    /// Sets when a stream works: at once, or only when something waits for it, so that a missing wait shows.
    ///
    /// @param lazy whether it waits
    /// @return this
    public FakeAscend lazy(boolean lazy) {
        return set("lazy", lazy ? "1" : "0");
    }

    /// Sets the seed of orders in which operators and collectives that are not deterministic add.
    ///
    /// @param seed at least 0
    /// @return this
    public FakeAscend nondeterministic(long seed) {
        return set("nondeterministic", Long.toString(seed));
    }

    /// Sets how long a collective waits for the other ranks before it fails.
    ///
    /// @param milliseconds at least 1
    /// @return this
    public FakeAscend timeout(int milliseconds) {
        return set("timeout", Integer.toString(milliseconds));
    }

    /// Loses the devices: calls that need one fail with 507010.
    ///
    /// @param lost whether they are gone
    /// @return this
    public FakeAscend lost(boolean lost) {
        return set("lost", lost ? "1" : "0");
    }

    /// Plans a failure.
    ///
    /// @param function such as `aclrtMalloc` or `aclnnAddGetWorkspaceSize`
    /// @param nth its call from now, 1 is the next
    /// @param code what the call returns
    /// @return this
    public FakeAscend fail(String function, int nth, int code) {
        return set("fail", "%s:%d:%d".formatted(function, nth, code));
    }

    /// What has not been given back: `memory`, `pinned memory`, `stream`, `event`, `context`, `tensor`, `scalar`,
    /// `int array`, `bool array`, `executor`, `communicator`, and `device` for each that was set but not reset.
    ///
    /// @return all live objects, in no particular order
    public List<Live> live() {
        return control.live();
    }

    /// How often each function was called.
    ///
    /// @return counters by name
    public Map<String, Long> counts() {
        return control.counts();
    }

    /// How often a function was called.
    ///
    /// @param function its name
    /// @return the number of calls
    public long count(String function) {
        return counts().getOrDefault(function, 0L);
    }

    /// What was refused, with its code, and what was wrong without being refused, with `misuse` before it.
    ///
    /// @return lines, oldest first
    public List<String> log() {
        return control.read("log").lines().toList();
    }

    /// Forgets counters and the log.
    ///
    /// @return this
    public FakeAscend forget() {
        control.call("forget");
        return this;
    }

    /// Puts the devices back to where they were when the library was loaded, settings too. All handles and addresses
    /// become invalid; no thread may be inside a call.
    ///
    /// @return this
    public FakeAscend reset() {
        control.call("reset");
        return cann(layout.version);
    }

    /// The type of each function, from its prototype: `I(AJI)` for an int of an address, a long and an int; `Z`, `B`,
    /// `F` and `D` are bool, int8_t, float and double, `{I}` a union of an int.
    ///
    /// @return letters by name
    public Map<String, String> signatures() {
        return control.fields("signatures").collect(Collectors.toMap(fields -> fields[0], fields -> fields[1]));
    }

    /// A call that came back.
    ///
    /// @param sent arguments, as whole numbers
    /// @param arrived the same as C got them
    /// @param returned what C returned
    public record Echo(List<Long> sent, List<Long> arrived, long returned) {
        /// What every function returns here.
        public static final long RETURNED = 123_456_789;
    }

    /// Calls a function of a named one's type, which notes its arguments and returns [Echo#RETURNED].
    ///
    /// @param function a name of [#signatures]
    /// @param descriptor by which it is called
    /// @return what was sent and what arrived
    @SuppressWarnings("restricted") // the fake is native code
    public Echo echo(String function, FunctionDescriptor descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = (MemorySegment)
                    control.function("echo", FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS))
                            .invokeExact(arena.allocateFrom(function));
            List<Object> arguments = new ArrayList<>();
            List<Long> sent = new ArrayList<>();
            for (MemoryLayout layout : descriptor.argumentLayouts()) {
                int value = 17 * (sent.size() + 1) % 100; // all different, and of every type
                arguments.add(argument(arena, layout, value));
                sent.add(layout.equals(ValueLayout.JAVA_BOOLEAN) ? 1L : value);
            }
            Object result =
                    Linker.nativeLinker().downcallHandle(address, descriptor).invokeWithArguments(arguments);
            List<Long> arrived =
                    control.read("echoed").lines().map(Long::valueOf).toList();
            long returned = result instanceof MemorySegment pointer ? pointer.address() : ((Number) result).longValue();
            return new Echo(sent, arrived, returned);
        } catch (Throwable e) {
            throw new LinkageError(function, e);
        }
    }

    private static Object argument(Arena arena, MemoryLayout layout, int value) {
        if (layout instanceof UnionLayout) {
            return arena.allocateFrom(ValueLayout.JAVA_INT, value);
        }
        return switch (layout) {
            case AddressLayout _ -> MemorySegment.ofAddress(value);
            case ValueLayout.OfLong _ -> (long) value;
            case ValueLayout.OfByte _ -> (byte) value;
            case ValueLayout.OfBoolean _ -> true;
            case ValueLayout.OfFloat _ -> (float) value;
            case ValueLayout.OfDouble _ -> (double) value;
            default -> value;
        };
    }

    private FakeAscend set(String name, String value) {
        control.set(name, value);
        return this;
    }
}

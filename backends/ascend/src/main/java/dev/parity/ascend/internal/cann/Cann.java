package dev.parity.ascend.internal.cann;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.parity.spi.BackendException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToIntFunction;

/// Calls of CANN's functions by name, and what becomes of their codes.
@SuppressWarnings("restricted") // texts of the libraries are read
public final class Cann {
    private static final int REPEATED = 100_002; // ACL_ERROR_REPEAT_INITIALIZE
    private static final int VERSION = 4096; // bytes, more than any version has

    private static Optional<Cann> shared = Optional.empty();

    private final Lookup lookup;
    private final String libraries;
    private final Map<String, Optional<MethodHandle>> handles = new ConcurrentHashMap<>();

    /// Makes what calls the functions that a look-up finds.
    ///
    /// @param lookup finds them
    /// @param libraries where, for provenance
    public Cann(Lookup lookup, String libraries) {
        this.lookup = lookup;
        this.libraries = libraries;
    }

    /// Opens and starts the libraries, once a process.
    ///
    /// @return of this process
    /// @throws Missing if they are not here, or do not start
    static synchronized Cann open() throws Missing {
        if (shared.isEmpty()) {
            Libraries found = new Libraries();
            Cann cann = new Cann(found, found.text());
            for (Prototype prototype : Prototypes.runtimeAndBase()) {
                cann.need(prototype);
            }
            for (Prototype prototype : Prototypes.operators()) {
                cann.need(prototype);
            }
            shared = Optional.of(cann);
        }
        Cann cann = shared.get();
        int code = cann.call("aclInit", MemorySegment.NULL);
        if (code != 0 && code != REPEATED) {
            throw new Missing("AscendCL did not start, %s: does npu-smi info work, and do driver and toolkit fit?"
                    .formatted(cann.failure(code, "aclInit")));
        }
        return cann;
    }

    /// Returns what [Probe] has found.
    ///
    /// @return of this process
    /// @throws BackendException if nothing was found
    public static Cann shared() {
        try {
            return open();
        } catch (Missing missing) {
            throw new BackendException(missing.reason(), missing);
        }
    }

    private void need(Prototype prototype) throws Missing {
        if (!has(prototype.name())) {
            throw new Missing("the libraries (%s) have no function %s: install CANN 8.1.RC1 or later"
                    .formatted(libraries, prototype.name()));
        }
    }

    /// Tells whether a function is there.
    ///
    /// @param function of [Prototypes]
    /// @return whether it can be called
    public boolean has(String function) {
        return handle(function).isPresent();
    }

    /// Names the files of the libraries.
    ///
    /// @return for provenance
    public String libraries() {
        return libraries;
    }

    /// Makes a pointer.
    ///
    /// @param address 0 for NULL
    /// @return of no size
    public static MemorySegment pointer(long address) {
        return MemorySegment.ofAddress(address);
    }

    private static Prototype prototype(String function) {
        return Objects.requireNonNull(Prototypes.all().get(function), function);
    }

    private Optional<MethodHandle> handle(String function) {
        return handles.computeIfAbsent(
                function,
                _ -> lookup.find(function, prototype(function).descriptor())
                        .map(handle -> handle.asSpreader(
                                        Object[].class, handle.type().parameterCount())
                                .asType(MethodType.methodType(Object.class, Object[].class))));
    }

    private Object invoke(String function, Object... arguments) {
        MethodHandle handle = handle(function)
                .orElseThrow(() -> new BackendException(
                        "the libraries (%s) have no %s".formatted(libraries, prototype(function))));
        try {
            return (Object) handle.invokeExact(arguments);
        } catch (RuntimeException | Error failure) {
            throw failure;
        } catch (Throwable failure) {
            throw new IllegalStateException("cannot call " + function, failure); // C throws nothing
        }
    }

    /// Calls a function that returns a code.
    ///
    /// @param function of [Prototypes]
    /// @param arguments of exactly its types
    /// @return the code
    public int call(String function, Object... arguments) {
        return (int) invoke(function, arguments);
    }

    /// Calls a function that returns an address.
    ///
    /// @param function of [Prototypes]
    /// @param arguments of exactly its types
    /// @return the address, NULL if it failed
    public MemorySegment make(String function, Object... arguments) {
        return (MemorySegment) invoke(function, arguments);
    }

    /// Calls a function that must not fail.
    ///
    /// @param function of [Prototypes]
    /// @param arguments of exactly its types
    /// @throws BackendException with the function, the code, its name and what the library says
    public void check(String function, Object... arguments) {
        checked(call(function, arguments), function);
    }

    /// Throws if a call failed.
    ///
    /// @param code what it returned, on this thread
    /// @param what the call
    /// @throws BackendException with the call, the code, its name and what the library says
    public void checked(int code, String what) {
        if (code != 0) {
            throw new BackendException(failure(code, what));
        }
    }

    /// Describes a failure; the library tells its text only once, to the thread that failed.
    String failure(int code, String what) {
        String recent = text(make("aclGetRecentErrMsg")).strip();
        return "%s: %s (%d)%s".formatted(what, Codes.name(code), code, recent.isEmpty() ? "" : ": " + recent);
    }

    /// Describes a failure of HCCL, whose codes are its own.
    ///
    /// @param code what the call returned, on this thread
    /// @param what the call
    /// @return for a message
    public String hcclFailure(int code, String what) {
        String recent = text(make("aclGetRecentErrMsg")).strip();
        return "%s: HCCL says %s (%d)%s"
                .formatted(what, text(make("HcclGetErrorString", code)), code, recent.isEmpty() ? "" : ": " + recent);
    }

    /// Reads a text of a library.
    ///
    /// @param text NULL for none
    /// @return a copy
    static String text(MemorySegment text) {
        return text.equals(MemorySegment.NULL)
                ? ""
                : text.reinterpret(Long.MAX_VALUE).getString(0, StandardCharsets.UTF_8);
    }

    /// Reads a number that a function writes.
    ///
    /// @param what the call
    /// @param call given where to write
    /// @return the number
    public int number(String what, ToIntFunction<MemorySegment> call) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocate(JAVA_INT);
            checked(call.applyAsInt(result), what);
            return result.get(JAVA_INT, 0);
        }
    }

    /// Reads an address that a function writes.
    ///
    /// @param what the call
    /// @param call given where to write
    /// @return the address
    public MemorySegment address(String what, ToIntFunction<MemorySegment> call) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocate(ADDRESS);
            checked(call.applyAsInt(result), what);
            return result.get(ADDRESS, 0);
        }
    }

    /// Names the system on chip of the first device.
    ///
    /// @return for example `Ascend910B3`, empty if it cannot be read
    String soc() {
        return text(make("aclrtGetSocName"));
    }

    /// Counts the devices.
    ///
    /// @return at least 0
    public int devices() {
        return number("aclrtGetDeviceCount", result -> call("aclrtGetDeviceCount", result));
    }

    /// Names CANN's version.
    ///
    /// @return the toolkit's, or the runtime's where that is not told
    public String version() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment numbers = arena.allocate(JAVA_INT, 3);
            check(
                    "aclrtGetVersion",
                    numbers,
                    numbers.asSlice(JAVA_INT.byteSize()),
                    numbers.asSlice(2 * JAVA_INT.byteSize()));
            String runtime = "runtime %d.%d.%d"
                    .formatted(
                            numbers.getAtIndex(JAVA_INT, 0),
                            numbers.getAtIndex(JAVA_INT, 1),
                            numbers.getAtIndex(JAVA_INT, 2));
            MemorySegment version = arena.allocate(VERSION);
            boolean told = has("aclsysGetVersionStr")
                    && call("aclsysGetVersionStr", arena.allocateFrom("runtime"), version) == 0;
            told = told || (has("aclsysGetCANNVersion") && call("aclsysGetCANNVersion", 0, version) == 0);
            return told && !version.getString(0).isEmpty()
                    ? "CANN %s, %s".formatted(version.getString(0), runtime)
                    : runtime;
        }
    }
}

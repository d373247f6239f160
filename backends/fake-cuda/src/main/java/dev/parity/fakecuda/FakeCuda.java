package dev.parity.fakecuda;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The fake device of this process: what tests set, and what it has seen.
///
/// Settings hold from the next call of the driver on; the environment variables that they start from are named in
/// `driver/settings.h`.
public final class FakeCuda {
    private static final Linker LINKER = Linker.nativeLinker();

    /// The libraries that NVIDIA's cut into several.
    private static final Map<String, List<String>> PARTS = Map.of(
            "libcublasLt.so.13",
            List.of("libcublasLt.so.13", "libcublas.so.13"),
            "libcudnn.so.9",
            List.of(
                    "libcudnn_graph.so.9",
                    "libcudnn_ops.so.9",
                    "libcudnn_cnn.so.9",
                    "libcudnn_adv.so.9",
                    "libcudnn.so.9"));

    private final FakeLibraries libraries;
    private final SymbolLookup driver;

    @SuppressWarnings("restricted") // the fake is native code
    private FakeCuda(FakeLibraries libraries) {
        this.libraries = libraries;
        driver = SymbolLookup.libraryLookup(libraries.library("libcuda.so.1"), Arena.global());
    }

    /// Why the fakes cannot be built here.
    ///
    /// @return what is missing, empty if nothing is
    public static Optional<String> missing() {
        if (!System.getProperty("os.name").equals("Linux")
                || !System.getProperty("os.arch").equals("amd64")) {
            return Optional.of("the fake CUDA device runs on Linux on x86-64 only");
        }
        List<String> lacking = new ArrayList<>();
        Stream.of("g++", "gcc", "sh")
                .filter(program -> Stream.of(
                                System.getenv().getOrDefault("PATH", "").split(":", -1))
                        .noneMatch(directory -> Files.isExecutable(Path.of(directory, program))))
                .forEach(program -> lacking.add("%s in PATH".formatted(program)));
        List<String> processor = processorFlags();
        Stream.of("avx2", "fma", "f16c")
                .filter(flag -> !processor.contains(flag))
                .forEach(flag -> lacking.add("a processor with %s".formatted(flag)));
        return lacking.isEmpty()
                ? Optional.empty()
                : Optional.of("the fake CUDA device needs %s".formatted(String.join(" and ", lacking)));
    }

    private static List<String> processorFlags() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("flags"))
                    .findFirst()
                    .map(line -> List.of(line.split(" ", -1)))
                    .orElse(List.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Builds the fakes, once for each state of their sources, into the directory of system property
    /// `parity.fake.cache`, by default one in the directory of temporary files.
    ///
    /// @return where they are
    /// @throws IllegalStateException if something is missing or does not compile, with the compiler's messages
    public static FakeLibraries build() {
        missing().ifPresent(reason -> {
            throw new IllegalStateException(reason);
        });
        String cache = System.getProperty("parity.fake.cache");
        return Builder.build(
                cache == null
                        ? Path.of(
                                System.getProperty("java.io.tmpdir"),
                                "parity-fake-cuda-" + System.getProperty("user.name"))
                        : Path.of(cache).toAbsolutePath());
    }

    /// Builds the fakes and loads those of the driver, the runtime and NVRTC into this process, so that JNI libraries
    /// that need them link. To be called before a class of the CUDA presets is touched; calling it again does
    /// no harm.
    ///
    /// @param more further libraries: `libnccl.so.2`, `libcublasLt.so.13`, `libcudnn.so.9`
    /// @return the fake device
    @SuppressWarnings("restricted") // the fake is native code
    public static FakeCuda load(String... more) {
        FakeLibraries built = build();
        Stream.concat(Stream.of("libcuda.so.1", "libcudart.so.13", "libnvrtc.so.13"), Stream.of(more))
                .flatMap(name -> PARTS.getOrDefault(name, List.of(name)).stream())
                .forEach(name -> System.load(built.library(name).toString()));
        return new FakeCuda(built);
    }

    /// Where the fakes are.
    ///
    /// @return the libraries of this process
    public FakeLibraries libraries() {
        return libraries;
    }

    /// Sets the number of devices.
    ///
    /// @param count 0 to 64
    /// @return this
    public FakeCuda devices(int count) {
        return set("devices", count);
    }

    /// Sets the compute capability.
    ///
    /// @param major such as 9
    /// @param minor such as 0
    /// @return this
    public FakeCuda capability(int major, int minor) {
        return set("capability", major + "." + minor);
    }

    /// Sets the driver's version.
    ///
    /// @param version 1000 times the major and 10 times the minor one, such as 13010
    /// @return this
    public FakeCuda driverVersion(int version) {
        return set("version", version);
    }

    /// Sets what `cuInit` returns.
    ///
    /// @param code a `CUresult`
    /// @return this
    public FakeCuda initResult(int code) {
        return set("init", code);
    }

    /// Sets the memory of a device.
    ///
    /// @param bytes above which an allocation fails
    /// @return this
    public FakeCuda memory(long bytes) {
        return set("memory", bytes);
    }

    /// Sets the order of blocks and threads.
    ///
    /// @param order of the next launches
    /// @param seed of a shuffled order
    /// @return this
    public FakeCuda order(ThreadOrder order, long seed) {
        return set("order", order.code).set("seed", seed);
    }

    /// Sets when a stream works: at once, or only when something waits for it, so that a missing wait shows.
    ///
    /// @param lazy whether it waits
    /// @return this
    public FakeCuda lazy(boolean lazy) {
        return set("lazy", lazy ? 1 : 0);
    }

    /// Sets how long a collective waits for the other ranks before it fails.
    ///
    /// @param milliseconds at least 1
    /// @return this
    public FakeCuda timeout(int milliseconds) {
        return set("timeout", milliseconds);
    }

    /// Sets the libraries of kernels for images that were compiled elsewhere, by nvcc.
    ///
    /// @param paths made by [#hostKernels]
    /// @return this
    public FakeCuda kernels(Collection<Path> paths) {
        return set("kernels", paths.stream().map(Path::toString).collect(Collectors.joining(":")));
    }

    /// Plans a failure.
    ///
    /// @param function such as `cuMemAlloc`, without a version; `kernel`, `kernel NAME` and `copy` fail
    ///     as they run, so that the error is sticky
    /// @param nth its call from now, 1 is the next
    /// @param code what the call returns, a `CUresult` or the library's status
    /// @return this
    public FakeCuda fail(String function, int nth, int code) {
        try (Arena arena = Arena.ofConfined()) {
            MethodHandle fail = function(
                    "fakecuda_fail",
                    FunctionDescriptor.ofVoid(ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
            fail.invokeExact(arena.allocateFrom(function), nth, code);
            return this;
        } catch (Throwable e) {
            throw new LinkageError("fakecuda_fail", e);
        }
    }

    /// What has not been given back. What a released context held is here too: only a leak check should see it.
    ///
    /// @return all live objects, in no particular order
    public List<Live> live() {
        return fields("live")
                .map(fields -> new Live(fields[0], fields[1], Long.parseLong(fields[2])))
                .toList();
    }

    /// What was counted: calls by function, `kernel NAME` and `kernel` for each that ran, `copy HtoD pinned`,
    /// `copy HtoD pageable` and so on with ` bytes` behind it for their sums, `unimplemented NAME`.
    ///
    /// @return counters by name
    public Map<String, Long> counts() {
        return fields("counts")
                .collect(Collectors.toMap(
                        fields -> fields[0], fields -> Long.parseLong(fields[1]), Long::sum, TreeMap::new));
    }

    /// One counter.
    ///
    /// @param name as in [#counts]
    /// @return its value, 0 if nothing was counted under the name
    public long count(String name) {
        return counts().getOrDefault(name, 0L);
    }

    /// What happened: launches with their geometry, graph launches, and whatever failed with its reason.
    ///
    /// @return the last lines, oldest first
    public List<String> log() {
        return read("log").lines().toList();
    }

    /// Forgets counters and the log.
    ///
    /// @return this
    public FakeCuda forget() {
        return call("fakecuda_forget");
    }

    /// Puts the device back to where it was when the library was loaded, settings too. All handles and addresses
    /// become invalid; no thread may be inside a call.
    ///
    /// @return this
    public FakeCuda reset() {
        return call("fakecuda_reset");
    }

    /// Records launches from now on, one of each kernel, geometry and sizes of memory, for [#replay].
    ///
    /// @param directory that exists
    /// @return this
    public FakeCuda record(Path directory) {
        return set("record", directory.toString());
    }

    /// Compiles CUDA sources for the host, without contraction, to be run where an image names their kernels.
    ///
    /// @param sources CUDA C++
    /// @param includes a directory for their headers
    /// @return the library, which is deleted when this process ends
    /// @throws IllegalStateException if they do not compile, with the compiler's messages
    public static Path hostKernels(List<Path> sources, Path includes) {
        return compile(sources, includes, List.of());
    }

    /// Repeats recorded launches under the address and undefined behaviour sanitizers and compares what they leave in
    /// memory with what was recorded.
    ///
    /// @param directory that was recorded into
    /// @param sources the recorded kernels, CUDA C++
    /// @param includes a directory for their headers
    /// @return what was printed; the status is 0 if nothing was reported and nothing differed
    /// @throws IllegalStateException if they do not compile, with the compiler's messages
    public static Output replay(Path directory, List<Path> sources, Path includes) {
        Path program = compile(sources, includes, List.of("--replay"));
        // the process that repeats has no leaks of its own to look for, and fibers of its own
        String options = "ASAN_OPTIONS=detect_leaks=0:detect_stack_use_after_return=0";
        return Builder.run(List.of("env", options, program.toString(), directory.toString()));
    }

    /// Writes a file for each source and macro, which defines the macro and includes the source: sources that are
    /// compiled more than once become as many.
    ///
    /// @param sources CUDA C++
    /// @param macros names to define
    /// @param to an empty directory
    /// @return the files
    /// @throws UncheckedIOException if one cannot be written
    public static List<Path> forEachMacro(List<Path> sources, List<String> macros, Path to) {
        List<Path> files = new ArrayList<>();
        try {
            for (Path source : sources) {
                for (String macro : macros) {
                    Path file = to.resolve(macro + "_" + source.getFileName());
                    Files.writeString(file, "#define %s\n#include \"%s\"\n".formatted(macro, source.getFileName()));
                    files.add(file);
                }
            }
        } catch (IOException problem) {
            throw new UncheckedIOException("cannot write into " + to, problem);
        }
        return files;
    }

    private static Path compile(List<Path> sources, Path includes, List<String> options) {
        try {
            Path out = Files.createTempFile("fake-cuda", ".kernels");
            out.toFile().deleteOnExit();
            List<String> command = new ArrayList<>(List.of(build().compiler().toString(), "--fmad=false"));
            command.addAll(List.of("-I", includes.toString(), "-o", out.toString()));
            command.addAll(options);
            sources.forEach(source -> command.add(source.toString()));
            Output output = Builder.run(command);
            if (output.status() != 0) {
                throw new IllegalStateException("compiling %s failed:\n%s".formatted(sources, output.text()));
            }
            return out;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private FakeCuda set(String name, long value) {
        return set(name, Long.toString(value));
    }

    private FakeCuda set(String name, String value) {
        try (Arena arena = Arena.ofConfined()) {
            MethodHandle set = function(
                    "fakecuda_set",
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
            int status = (int) set.invokeExact(arena.allocateFrom(name), arena.allocateFrom(value));
            if (status != 0) {
                throw new IllegalArgumentException("setting %s cannot be %s".formatted(name, value));
            }
            return this;
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new LinkageError("fakecuda_set", e);
        }
    }

    private FakeCuda call(String name) {
        try {
            function(name, FunctionDescriptor.ofVoid()).invokeExact();
            return this;
        } catch (Throwable e) {
            throw new LinkageError(name, e);
        }
    }

    private Stream<String[]> fields(String what) {
        return read(what).lines().map(line -> line.split("\t", -1));
    }

    private String read(String what) {
        MethodHandle read = function(
                "fakecuda_read",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_LONG, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
        for (long size = 1 << 16; ; ) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment buffer = arena.allocate(size);
                long length = (long) read.invokeExact(arena.allocateFrom(what), buffer, size);
                if (length <= size) {
                    return new String(buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
                }
                size = 2 * length; // the text may grow in the meantime
            } catch (Throwable e) {
                throw new LinkageError("fakecuda_read", e);
            }
        }
    }

    @SuppressWarnings("restricted") // the fake is native code
    private MethodHandle function(String name, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(driver.find(name).orElseThrow(), descriptor);
    }
}

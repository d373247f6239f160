package dev.parity.fakecuda;

import dev.parity.fakes.Builder;
import dev.parity.fakes.Control;
import dev.parity.fakes.Live;
import dev.parity.fakes.Output;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The fake device of this process: what tests set, and what it has seen.
///
/// Settings hold from the next call of the driver on; the environment variables that they start from are named in
/// `driver/settings.h`.
public final class FakeCuda {
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
    private final Control control;

    private FakeCuda(FakeLibraries libraries) {
        this.libraries = libraries;
        control = new Control(libraries.library("libcuda.so.1"), "fakecuda");
    }

    /// Why the fakes cannot be built here.
    ///
    /// @return what is missing, empty if nothing is
    public static Optional<String> missing() {
        return Builder.missing("CUDA device", List.of("g++", "gcc", "sh"), List.of("avx2", "fma", "f16c"));
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
        return new FakeLibraries(Builder.build(FakeCuda.class, "fake-cuda"));
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
            MethodHandle fail = control.function(
                    "fail", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
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
        return control.live();
    }

    /// What was counted: calls by function, `kernel NAME` and `kernel` for each that ran, `copy HtoD pinned`,
    /// `copy HtoD pageable` and so on with ` bytes` behind it for their sums, `unimplemented NAME`.
    ///
    /// @return counters by name
    public Map<String, Long> counts() {
        return control.counts();
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
        return control.read("log").lines().toList();
    }

    /// Forgets counters and the log.
    ///
    /// @return this
    public FakeCuda forget() {
        return call("forget");
    }

    /// Puts the device back to where it was when the library was loaded, settings too. All handles and addresses
    /// become invalid; no thread may be inside a call.
    ///
    /// @return this
    public FakeCuda reset() {
        return call("reset");
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
        control.set(name, value);
        return this;
    }

    private FakeCuda call(String name) {
        control.call(name);
        return this;
    }
}

package dev.parity.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parity.fakecuda.FakeCuda;
import dev.parity.spi.Availability;
import dev.parity.spi.Backend;
import dev.parity.spi.BackendException;
import dev.parity.spi.BackendProvider;
import dev.parity.spi.Backends;
import dev.parity.spi.Bindings;
import dev.parity.spi.Bound;
import dev.parity.spi.ElementType;
import dev.parity.spi.Executable;
import dev.parity.spi.Handles;
import dev.parity.spi.Op;
import dev.parity.spi.ProcessGroup;
import dev.parity.spi.Program;
import dev.parity.spi.Tensor;
import dev.parity.spi.TensorType;
import dev.parity.spi.Value;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a device does when it fails, and what is left open then. Codes are CUresult's of cuda.h.
@DisplayName("fake device that fails")
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class CudaFakeFailuresTest {
    private static final TensorType MATRIX = TensorType.of(ElementType.FP16, 40, 40);
    private FakeCuda fake;

    @BeforeEach
    void reset() {
        fake = FakeGpu.fresh();
    }

    private static BackendProvider cuda() {
        return Backends.provider("cuda");
    }

    private static String missing() {
        return cuda().availability() instanceof Availability.Unavailable(String reason) ? reason : "nothing";
    }

    @Test
    void aDeviceIsDescribed() {
        assertThat(cuda().availability())
                .isEqualTo(new Availability.Available(
                        List.of("fake device, compute capability 9.0, driver for CUDA 13.1")));
    }

    @Test
    void whatIsMissingIsNamedWithItsRemedy() {
        fake.initResult(100);
        assertThat(missing()).contains("CUDA_ERROR_NO_DEVICE", "CUDA_VISIBLE_DEVICES");
        fake.reset().devices(0);
        assertThat(missing()).contains("no device", "nvidia-smi");
        fake.reset().initResult(803);
        assertThat(missing()).contains("cuInit returned 803", "one version");
        fake.reset().driverVersion(12_040);
        assertThat(missing()).contains("offers CUDA 12.4", "needed is 13.0", "driver 580");
        fake.reset().capability(7, 5);
        assertThat(missing()).contains("compute capability 7.5", "needed is compute capability 8.0");
    }

    @Test
    void anAbsentDeviceIsNotReplacedByAModel() {
        fake.initResult(100);
        assertThatThrownBy(() -> cuda().open(1, cuda().defaultMode()))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("cuda is not here")
                .hasMessageContaining("CUDA_ERROR_NO_DEVICE");
    }

    /// y = sum over two ranks of relu(x·x): kernels, memory and a meeting.
    private static Program program() {
        Program.Builder builder = new Program.Builder("product");
        Value x = builder.input("x", MATRIX);
        Value product = builder.apply("product", new Op.MatMul(false, false), x, x);
        Value relu = builder.apply("relu", new Op.Relu(), product);
        Op sum = new Op.AllReduce(new ProcessGroup("both", List.of(List.of(0, 1))), Op.Reduction.SUM);
        builder.output(builder.apply("y", sum, relu));
        return builder.build();
    }

    /// Runs it on both ranks, twice; what was bound and the tensors are freed when both have stopped.
    private static void run() {
        try (Backend backend = cuda().open(2, cuda().defaultMode());
                Rank first = new Rank(backend, 0);
                Rank second = new Rank(backend, 1);
                ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Executable executable = backend.compile(program());
            List<Future<?>> runs = Stream.of(first, second)
                    .<Future<?>>map(rank -> threads.submit(() -> rank.run(executable)))
                    .toList();
            for (Future<?> run : runs) {
                run.get();
            }
        } catch (ExecutionException failure) {
            throw (RuntimeException) failure.getCause();
        } catch (InterruptedException interrupt) {
            throw new AssertionError(interrupt);
        }
    }

    /// A rank with its tensors.
    private static final class Rank implements AutoCloseable {
        private final Backend backend;
        private final int index;
        private final Handles open = new Handles();

        Rank(Backend backend, int index) {
            this.backend = backend;
            this.index = index;
        }

        void run(Executable executable) {
            try {
                Tensor x = open.add(backend.allocate(index, MATRIX));
                Tensor y = open.add(backend.allocate(index, MATRIX));
                x.write(new double[1600]);
                Bound bound = open.add(executable.bind(index, new Bindings(Map.of("x", x), Map.of("y", y))));
                bound.run();
                bound.run();
                assertThat(y.toArray()).containsOnly(0);
            } catch (RuntimeException failure) {
                backend.abort(failure);
                throw failure;
            }
        }

        @Override
        public void close() {
            open.close();
        }
    }

    @Test
    void nothingIsLeftOpen() {
        run();
        assertThat(fake.live()).isEmpty();
    }

    @Test
    void whatTravelsIsPinned() {
        run();
        assertThat(fake.count("copy HtoD pinned")).isEqualTo(2);
        assertThat(fake.count("copy DtoH pinned")).isEqualTo(2);
        assertThat(fake.counts().keySet()).noneMatch(name -> name.contains("pageable"));
    }

    /// What lies before the meeting is a graph; two ranks run it twice.
    @Test
    void aRunIsAFewGraphs() {
        run();
        assertThat(fake.count("cuGraphLaunch")).isEqualTo(4);
        assertThat(fake.count("cuGraphInstantiate")).isEqualTo(2);
    }

    /// Each call of each function fails in turn, until the run no longer comes to it.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "cuDevicePrimaryCtxRetain",
                "cuStreamCreate",
                "cuEventCreate",
                "cuEventRecord",
                "cuStreamWaitEvent",
                "cuMemAlloc",
                "cuMemHostAlloc",
                "cuMemHostGetDevicePointer",
                "cuModuleLoadData",
                "cuModuleGetFunction",
                "cuMemsetD8Async",
                "cuMemcpyHtoDAsync",
                "cuMemcpyDtoHAsync",
                "cuStreamBeginCapture",
                "cuGraphInstantiate",
                "cuGraphLaunch",
                "cuLaunchKernel",
                "cuStreamSynchronize"
            })
    void whateverFailsIsToldAndNothingIsLeftOpen(String function) {
        int outOfMemory = 2;
        int nth = 1;
        for (; ; nth++) {
            fake.reset().fail(function, nth, outOfMemory);
            BackendException failure = catchThrowableOfType(BackendException.class, CudaFakeFailuresTest::run);
            if (failure == null) {
                break; // it is called less often than that
            }
            assertThat(failure).as("call %d", nth).hasStackTraceContaining("CUDA_ERROR_OUT_OF_MEMORY (2)");
            assertThat(fake.live())
                    .as("after call %d of %s failed", nth, function)
                    .isEmpty();
        }
        assertThat(nth).isGreaterThan(1);
    }

    /// The launch is recorded in a graph, so the error comes later; the device has told how far it came.
    @ParameterizedTest
    @CsvSource({"700,CUDA_ERROR_ILLEGAL_ADDRESS", "214,CUDA_ERROR_ECC_UNCORRECTABLE", "719,CUDA_ERROR_LAUNCH_FAILED"})
    void aLostDeviceIsToldWithOpLaunchAndError(int code, String name) {
        fake.fail("kernel matmul_tensor_fp16", 2, code);
        BackendException failure = catchThrowableOfType(BackendException.class, CudaFakeFailuresTest::run);
        assertThat(failure)
                .hasStackTraceContaining("fake device, compute capability 9.0")
                .hasStackTraceContaining(name)
                .hasStackTraceContaining("MatMul[transposeA=false, transposeB=false]")
                .hasStackTraceContaining("matmul_tensor_fp16<<<(2,2,1),128>>>");
    }

    @Test
    void aDeviceThatIsLostInACollectiveIsToldWithIt() {
        int illegalAddress = 700;
        fake.fail("kernel sum_ranks_fp16", 1, illegalAddress);
        BackendException failure = catchThrowableOfType(BackendException.class, CudaFakeFailuresTest::run);
        assertThat(failure)
                .hasStackTraceContaining("CUDA_ERROR_ILLEGAL_ADDRESS")
                .hasStackTraceContaining("had come to %3 y:FP16[40x40] = AllReduce");
    }

    /// What NCCL says of the abort does not hide why the backend was aborted.
    @Test
    void anAbortThatFailsIsToldBesideItsCause() {
        fake.devices(2);
        Throwable cause = new IllegalStateException("rank 1 is gone");
        try (Backend backend = cuda().open(2, cuda().defaultMode());
                Tensor x = backend.allocate(0, MATRIX);
                Tensor y = backend.allocate(0, MATRIX);
                Bound bound = backend.compile(program()).bind(0, new Bindings(Map.of("x", x), Map.of("y", y)))) {
            fake.fail("ncclCommAbort", 1, 3);
            backend.abort(cause);
            assertThat(cause.getSuppressed())
                    .singleElement()
                    .satisfies(second -> assertThat(second).hasMessageContaining("ncclCommAbort"));
            assertThatThrownBy(bound::run).isInstanceOf(BackendException.class).hasCause(cause);
        }
        assertThat(fake.count("ncclCommAbort")).isEqualTo(2);
    }

    @Test
    void aKernelThatDoesNotCompileIsToldWithTheFile() {
        fake.capability(99, 9); // no compiler knows it
        BackendException failure = catchThrowableOfType(BackendException.class, CudaFakeFailuresTest::run);
        assertThat(failure).hasStackTraceContaining("nvrtcCompileProgram of").hasStackTraceContaining("sm_999");
        assertThat(fake.live()).isEmpty();
    }
}

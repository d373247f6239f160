package dev.parity.ascend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parity.fakeascend.FakeAscend;
import dev.parity.fakeascend.Layout;
import dev.parity.spi.Availability;
import dev.parity.spi.Backend;
import dev.parity.spi.BackendException;
import dev.parity.spi.BackendProvider;
import dev.parity.spi.Backends;
import dev.parity.spi.Bindings;
import dev.parity.spi.Bound;
import dev.parity.spi.ElementType;
import dev.parity.spi.NumericMode;
import dev.parity.spi.Op;
import dev.parity.spi.Program;
import dev.parity.spi.Tensor;
import dev.parity.spi.TensorType;
import dev.parity.spi.Value;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What an NPU does when it fails, and what is left open then. Codes are those of acl_base.h and rt_error_codes.h.
@DisplayName("fake device that fails")
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class AscendFakeFailuresTest {
    private static final TensorType MATRIX = TensorType.of(ElementType.FP16, 40, 40);
    private FakeAscend fake;

    @BeforeEach
    void reset() {
        fake = FakeNpu.fresh(Layout.CANN_9);
    }

    @AfterEach
    void nothingIsLeft() {
        assertThat(fake.live()).isEmpty();
    }

    private static BackendProvider ascend() {
        return Backends.provider("ascend");
    }

    private static String missing() {
        return ascend().availability() instanceof Availability.Unavailable(String reason) ? reason : "nothing";
    }

    private static void run() {
        Program.Builder builder = new Program.Builder("product");
        Value x = builder.input("x", MATRIX);
        builder.output(builder.apply("y", new Op.MatMul(false, false), x, x));
        Program program = builder.build();
        try (Backend backend = ascend().open(1, ascend().defaultMode());
                Tensor in = backend.allocate(0, MATRIX);
                Tensor out = backend.allocate(0, MATRIX);
                Bound bound = backend.compile(program).bind(0, new Bindings(Map.of("x", in), Map.of("y", out)))) {
            bound.run();
            bound.run();
        }
    }

    @Test
    void aRunLeavesNothingOpen() {
        run();
        assertThat(fake.count("aclnnMatmul")).isEqualTo(2);
        assertThat(fake.log()).allMatch(line -> line.contains("aclInit was called before")); // which is allowed
    }

    @ParameterizedTest
    @CsvSource({
        "aclrtSetDevice, 1, 507033",
        "aclrtSetDeviceSatMode, 1, 207000",
        "aclrtCreateStream, 1, 207008",
        "aclrtMalloc, 1, 207001",
        "aclrtMalloc, 2, 207001",
        "aclrtMallocHost, 1, 207001",
        "aclrtMemsetAsync, 1, 107003",
        "aclnnMatmulGetWorkspaceSize, 1, 561003",
        "aclnnMatmul, 1, 361001",
        "aclrtSynchronizeStreamWithTimeout, 1, 507000",
    })
    void aFailureIsNamedAndLeavesNothingOpen(String function, int call, int code) {
        fake.fail(function, call, code);
        assertThatThrownBy(AscendFakeFailuresTest::run)
                .isInstanceOf(BackendException.class)
                .hasMessageContaining(function)
                .hasMessageContaining("(%d)".formatted(code));
    }

    @Test
    void aRefusedOperatorNamesTheOpAndTheMeaning() {
        fake.fail("aclnnMatmulGetWorkspaceSize", 1, 561_003);
        assertThatThrownBy(AscendFakeFailuresTest::run)
                .hasMessageContaining("MatMul")
                .hasMessageContaining("FLOAT16[40, 40]")
                .hasMessageContaining("install the operator package of this SoC");
    }

    @Test
    void whatIsMissingIsNamedWithItsRemedy(@TempDir Path nothing) {
        fake.devices(0);
        assertThat(missing()).contains("counts no device", "npu-smi info", "ASCEND_RT_VISIBLE_DEVICES");
        fake.devices(1).soc("Ascend310P3");
        assertThat(missing()).contains("Ascend310P3", "not supported", "910B1");
        System.setProperty("parity.ascend.nodes", nothing.toString());
        assertThat(missing()).contains("no NPU driver", "davinci_manager", "--device=/dev/davinci0");
    }

    @Test
    void theDefaultModeIsNotThatOfAnotherGeneration() {
        assertThat(ascend().defaultMode().overflow()).isEqualTo(NumericMode.Overflow.INF_NAN);
        fake.soc("Ascend910A");
        assertThat(ascend().defaultMode().overflow()).isEqualTo(NumericMode.Overflow.SATURATE);
        fake.devices(0);
        assertThatThrownBy(() -> ascend().defaultMode())
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("depends on its generation");
    }

    @Test
    void aModeThatTheGenerationHasNotIsRefused() {
        NumericMode mode = ascend().defaultMode();
        fake.soc("Ascend910A");
        assertThatThrownBy(() -> ascend().open(1, mode))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("matMulOperands NONE");
    }

    @Test
    void anInputThatTheGenerationHasNotIsRefused() {
        fake.soc("Ascend910A");
        Program.Builder builder = new Program.Builder("widening");
        Value x = builder.input("x", TensorType.of(ElementType.BF16, 3));
        builder.output(builder.apply("y", new Op.Cast(ElementType.FP32), x));
        Program program = builder.build();
        try (Backend backend = ascend().open(1, ascend().defaultMode())) {
            assertThatThrownBy(() -> backend.compile(program))
                    .isInstanceOf(BackendException.class)
                    .hasMessageContaining("program widening: input x is BF16");
        }
    }

    @Test
    void provenanceNamesSwitchesAndWorkarounds() {
        try (Backend backend = ascend().open(1, ascend().defaultMode())) {
            assertThat(backend.device(0))
                    .contains("Ascend910B3", "CANN 9.1.0", "libacl_rt.so", "deterministic=true", "overflow inf_nan")
                    .contains("workarounds convolution-backward-not-repeatable", "hf32-convolution-by-default");
        }
    }
}

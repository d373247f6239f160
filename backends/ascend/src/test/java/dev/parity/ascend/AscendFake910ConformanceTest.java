package dev.parity.ascend;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.parity.conformance.BackendConformance;
import dev.parity.conformance.OpCase;
import dev.parity.fakeascend.Layout;
import dev.parity.spi.Op;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("fake device, 910A, libraries of CANN 8.1")
final class AscendFake910ConformanceTest extends BackendConformance {
    @BeforeAll
    static void load() {
        FakeNpu.fresh(Layout.CANN_8_1).soc("Ascend910A");
    }

    @Override
    protected String backend() {
        return "ascend";
    }

    /// FP32 operands of the cube unit become FP16, which has no NaN and no infinity on this generation.
    @Override
    @ParameterizedTest
    @MethodSource("dev.parity.conformance.NumberTests#wide")
    public void whatIsNotFiniteSpreadsAsInTheGolden(OpCase trial) {
        boolean multiplies = trial.op() instanceof Op.MatMul
                || trial.op() instanceof Op.Conv2d
                || trial.op() instanceof Op.Conv2dInputGrad
                || trial.op() instanceof Op.Conv2dWeightGrad;
        assumeFalse(multiplies, "a 910A saturates operands of the cube unit");
        super.whatIsNotFiniteSpreadsAsInTheGolden(trial);
    }
}

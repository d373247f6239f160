package dev.parity.cpu.internal.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.cpu.Modes;
import dev.parity.spi.ElementType;
import dev.parity.spi.MatrixRule;
import dev.parity.spi.MatrixRule.BlockSum;
import dev.parity.spi.MatrixRule.Join;
import dev.parity.spi.MatrixRule.Rounding;
import dev.parity.spi.OperandFormat;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the presets of a cube unit and a chain of fused multiply-adds give for the calibration vectors: sections 3.2
/// and
/// 3.3 of the numerics survey beside the checkout (`../shared/design/numerics.md`).
final class CubeVectorsTest extends Vectors {
    private static final MatrixRule RNE = Devices.cube("cube-rne");
    private static final MatrixRule TREE = Devices.cube("cube-tree");
    private static final MatrixRule CHAIN = Modes.changed(RNE, Map.of("blockSum", BlockSum.SEQUENTIAL));

    private static double[] of(double... values) {
        return values;
    }

    private static int dot(MatrixRule rule, double[] a, double[] b, double c) {
        return new BlockDot(OperandFormat.FP16, rule).dot(half(a), half(b), Float.floatToRawIntBits((float) c));
    }

    private static void all(String id, double[] a, double[] b, double c, String rne, String tree, String chain) {
        assertThat(dot(RNE, a, b, c)).as("%s cube-rne", id).isEqualTo(pattern(rne));
        assertThat(dot(TREE, a, b, c)).as("%s cube-tree", id).isEqualTo(pattern(tree));
        assertThat(dot(CHAIN, a, b, c)).as("%s chain", id).isEqualTo(pattern(chain));
    }

    @Test
    void everyPresetGivesItsColumn() {
        all("T1", of(1), of(1), -(1 - two(-24)), "33800000", "33800000", "33800000");
        all("T2", of(1), of(1.25), -(two(-3) + two(-25)), "3f900000", "3f900000", "3f900000");
        all("T3", of(1), of(1.25), -(two(-3) + two(-26)), "3f900000", "3f900000", "3f900000");
        double[] pair = {96, -96};
        double[] twice = {192, 192};
        all("T5 2^-10", pair, twice, two(-10), "3a800000", "3a800000", "00000000");
        all("T5 2^-11", pair, twice, two(-11), "3a000000", "3a000000", "00000000");
        all("T5 2^-12", pair, twice, two(-12), "39800000", "39800000", "00000000");
        all("T5 2^-13", pair, twice, two(-13), "39000000", "39000000", "00000000");
        double below = 1 - two(-24);
        double[] small = times(4, two(-14));
        all("T6", times(4, two(-10)), small, below, "3f800002", "3f800002", "3f800000");
        all("T6b", times(4, two(-10)), small, 1, "3f800002", "3f800002", "3f800000");
        all("T6c", times(4, two(-11)), small, 1, "3f800001", "3f800001", "3f800000");
        all("T6d", times(4, two(-12)), small, below, "3f800000", "3f800000", "3f7fffff");
        all("T7", of(two(-14), 1), of(3 * two(-10), 2), 0, "40000001", "40000001", "40000001");
        all("T8", of(two(-10), two(-11), two(-11)), small, 1, "3f800001", "3f800001", "3f800000");
        all("T9", times(2, two(-10)), small, 1, "3f800001", "3f800001", "3f800000");
        all("T9b", of(two(-10)), small, 1 + two(-23), "3f800002", "3f800002", "3f800002");
        all("T10", of(1, two(-10)), of(1, two(-14)), -1, "33800000", "00000000", "33800000");
        double c = 1 + two(-22) + two(-23);
        all("T11", times(4, 1), times(4, 1), c, "40a00001", "40a00001", "40a00001");
        all("T11b", times(4, 1), of(1, 1, 1, two(-23)), c, "40800001", "40800001", "40800001");
        all("T12", of(two(-24)), of(1), 0, "33800000", "33800000", "33800000");
        all("T12 c", of(0), of(0), two(-149), "00000001", "00000001", "00000001");
        all("T12 a b", of(two(-24)), of(two(-24)), 0, "27800000", "27800000", "27800000");
    }

    @Test
    void theWidthOfAStepShows() {
        all("T4", pairAt(1, two(13)), pairAt(1, two(14)), 0, "41600000", "41600000", "41600000");
        all("T4'", pairAt(7, two(13)), pairAt(7, two(14)), 0, "41600000", "41000000", "41000000");
    }

    private static double[] pairAt(int place, double value) {
        double[] values = times(16, 1);
        values[0] = value;
        values[place] = value == two(13) ? -value : value;
        return values;
    }

    // a subnormal that is flushed is 0: T12 with flushes instead of subnormals
    @Test
    void flushedSubnormalsAreZero() {
        MatrixRule in = Modes.changed(RNE, Map.of("flushInputs", true));
        MatrixRule out = Modes.changed(RNE, Map.of("flushOutputs", true));
        assertThat(dot(in, of(two(-24)), of(1), 0)).isZero();
        assertThat(dot(in, of(0), of(0), two(-149))).isZero();
        assertThat(dot(in, of(two(-14)), of(1), 0)).isEqualTo(pattern("38800000"));
        assertThat(dot(out, of(two(-24)), of(1), 0)).isEqualTo(pattern("33800000"));
        assertThat(dot(out, of(0), of(0), two(-149))).isZero();
        int[] tiny = {0x0d80}; // 2^-100
        int[] tinier = {0x3080}; // 2^-30
        assertThat(new BlockDot(OperandFormat.BF16, out).dot(tiny, tinier, 0)).isZero();
        assertThat(new BlockDot(OperandFormat.BF16, RNE).dot(tiny, tinier, 0)).isEqualTo(0x00080000);
    }

    // 2^103 is half an ulp of the largest FP32 number: to nearest even it is infinite
    @ParameterizedTest
    @CsvSource({
        "7f00, 3f80, 7f000000, 7f800000",
        "7300, 3f80, 7f7fffff, 7f800000",
        "7380, 3f80, 7f7fffff, 7f800000",
    })
    void bf16OverflowsToInfinity(String a, String b, String c, String d) {
        int[] left = {pattern(a)};
        int[] right = {pattern(b)};
        assertThat(new BlockDot(OperandFormat.BF16, RNE).dot(left, right, pattern(c)))
                .isEqualTo(pattern(d));
        assertThat(new BlockDot(OperandFormat.BF16, TREE).dot(left, right, pattern(c)))
                .isEqualTo(pattern(d));
    }

    // 2^100 2^100 - 2^100 2^100 + 1: no product overflows within an exact sum, but in FP32 each does
    @Test
    void onlyAnExactSumHoldsWhatIsBeyondFp32() {
        int[] a = {0x7180, 0x7180, 0x3f80};
        int[] b = {0x7180, 0xf180, 0x3f80};
        assertThat(new BlockDot(OperandFormat.BF16, RNE).dot(a, b, 0)).isEqualTo(pattern("3f800000"));
        assertThat(new BlockDot(OperandFormat.BF16, TREE).dot(a, b, 0)).isEqualTo(pattern("7fc00000"));
    }

    // exact sums round once: what breaks a tie counts, however small
    @Test
    void halfResultsOfAnExactSumRoundOnce() {
        assertThat(inHalf(1, two(-11))).isEqualTo(0x3c00);
        assertThat(inHalf(1, two(-10), two(-11))).isEqualTo(0x3c02);
        assertThat(inHalf(1, two(-11), two(-24))).isEqualTo(0x3c01);
        assertThat(inHalf(65504, 16)).isEqualTo(0x7c00);
        assertThat(inHalf(65504, 15)).isEqualTo(0x7bff);
    }

    private static int inHalf(double... a) {
        return new BlockDot(OperandFormat.FP16, RNE).dotInHalf(half(a), half(times(16, 1)), 0);
    }

    // 910A: FP16 after each step, saturated; 65504 + 65504 is 65504 (boundary tables of Ascend C's documentation)
    @Test
    void aHalfAccumulatorSaturatesAfterEachStep() {
        MatrixRule half = Modes.changed(RNE, Map.of("halfAccumulator", true, "outputSaturates", true, "products", 1));
        assertThat(dot(half, of(65504, 65504), of(1, 1), 0)).isEqualTo(Float.floatToRawIntBits(65504));
        assertThat(dot(half, of(65504, 65504, -65504), of(1, 1, 1), 0)).isZero();
        assertThat(dot(half, of(Double.NaN), of(1), 0)).isZero();
        assertThat(dot(half, of(2048, 1, 1), of(1, 1, 1), 0)).isEqualTo(Float.floatToRawIntBits(2048));
        MatrixRule wide = Modes.changed(half, Map.of("products", 16));
        assertThat(dot(wide, of(2048, 1, 1), of(1, 1, 1), 0)).isEqualTo(Float.floatToRawIntBits(2050));
    }

    @ParameterizedTest
    @CsvSource({
        "RNE, 3f800800, 3f800000",
        "RNA, 3f800800, 3f801000",
        "RZ, 3f800800, 3f800000",
        "RNE, 3f801800, 3f802000",
        "RNA, 3f801800, 3f802000",
        "RZ, 3f801800, 3f801000"
    })
    void operandsBecomeHf32AsChosen(Rounding rounding, String in, String out) {
        BlockDot unit = new BlockDot(OperandFormat.HF32, RNE.with(rounding));
        assertThat(unit.dot(new int[] {pattern(in)}, new int[] {0x3f800000}, 0)).isEqualTo(pattern(out));
    }

    // Cast of 0.5 + 2^-12 in Ascend C's documentation: RINT, TRUNC, ROUND
    @ParameterizedTest
    @CsvSource({"RNE, 3800", "RZ, 3800", "RNA, 3801"})
    void casts(Rounding rounding, String half) {
        float cast = Rounded.toType((float) (0.5 + two(-12)), ElementType.FP16, rounding);
        assertThat(Short.toUnsignedInt(Float.floatToFloat16(cast))).isEqualTo(pattern(half));
    }

    // eight products of 2^-151 on A100: Khattak and Mikaitis have 2^-148, a floor of -126 as in MMA-Sim leaves nothing
    @Test
    void bothAnswersToTheDisputedFloorCanBeHad() {
        MatrixRule a100 = Devices.GPUS.stream()
                .filter(gpu -> gpu.id().equals("a100"))
                .findFirst()
                .orElseThrow()
                .rule();
        int[] a = new int[8];
        int[] b = new int[8];
        Arrays.fill(a, 0x1a00); // 2^-75
        Arrays.fill(b, 0x1980); // 2^-76
        for (int floor : new int[] {MatrixRule.NO_FLOOR, -132}) {
            MatrixRule rule = Modes.changed(a100, Map.of("alignFloor", floor));
            assertThat(new BlockDot(OperandFormat.BF16, rule).dot(a, b, 0)).isEqualTo(2);
        }
        MatrixRule floored = Modes.changed(a100, Map.of("alignFloor", -126));
        assertThat(new BlockDot(OperandFormat.BF16, floored).dot(a, b, 0)).isZero();
    }

    // 1 + 2^-24 + 2^-24, to nearest: exact is 1 + 2^-23, a separate join the same, one by one 1
    @ParameterizedTest
    @CsvSource({
        "EXACT, FUSED, 3f800001",
        "EXACT, SEPARATE, 3f800001",
        "PAIRWISE, SEPARATE, 3f800001",
        "PAIRWISE, FUSED, 3f800000",
        "SEQUENTIAL, SEPARATE, 3f800001",
        "SEQUENTIAL, FUSED, 3f800000"
    })
    void sumsAndJoinsDiffer(BlockSum blockSum, Join join, String sum) {
        MatrixRule rule = Modes.changed(RNE, Map.of("blockSum", blockSum, "join", join));
        assertThat(dot(rule, times(2, two(-10)), times(2, two(-14)), 1)).isEqualTo(pattern(sum));
    }

    @ParameterizedTest
    @CsvSource({"RNE, 3f800000, 3f800002", "RZ, 3f800000, 3f800001", "RNA, 3f800001, 3f800002"})
    void tiesRoundAsChosen(Rounding rounding, String even, String odd) {
        MatrixRule rule = Modes.changed(RNE, Map.of("rounding", rounding));
        assertThat(dot(rule, of(two(-10)), of(two(-14)), 1)).isEqualTo(pattern(even));
        assertThat(dot(rule, of(two(-10)), of(two(-14)), 1 + two(-23))).isEqualTo(pattern(odd));
    }
}

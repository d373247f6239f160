package dev.parity.statistics.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.parity.statistics.Verdict;
import dev.parity.trace.SeedStream;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The rules, and the mistakes of other tools that they do not make.
final class TensorProfileTest {
    private static final int N = 4000;

    /// Numbers of both signs around 1, that FP16 does not hold.
    private static double[] golden() {
        SeedStream.Draw draws = new SeedStream(7).draw("golden", 0);
        double[] values = new double[N];
        for (int i = 0; i < N; i++) {
            values[i] = (0.1 + 2 * draws.uniform()) * (i % 2 == 0 ? 1 : -1);
        }
        return values;
    }

    private static double nearest(double x) {
        return NumberFormat.FP16.nearest(x);
    }

    private static double ulp(double x) {
        return Math.scalb(1.0, Math.getExponent(x) - 10);
    }

    private static double truncated(double x) {
        return Math.copySign(Math.floor(Math.abs(x) / ulp(x)) * ulp(x), x);
    }

    private static double[] map(DoubleUnaryOperator change) {
        return Arrays.stream(golden()).map(change).toArray();
    }

    private static TensorProfile.Judgement judge(String profile, double[] golden, double[] found) {
        TensorErrors reference = TensorErrors.of(
                NumberFormat.FP16,
                golden,
                Arrays.stream(golden).map(TensorProfileTest::nearest).toArray(),
                false);
        TensorErrors candidate = TensorErrors.of(NumberFormat.FP16, golden, found, false);
        return TensorProfile.named(profile).judge(NumberFormat.FP16, false, reference, candidate);
    }

    private static Verdict verdict(String profile, double[] found) {
        return judge(profile, golden(), found).verdict();
    }

    static List<String> profiles() {
        return TensorProfile.names();
    }

    /// All but the coarse view, whose bound of 0.001 is an ulp of FP16 at 1.
    static List<String> fine() {
        return profiles().stream().filter(name -> !name.equals("cosine")).toList();
    }

    @ParameterizedTest
    @MethodSource("profiles")
    void whatIsRoundedOncePasses(String profile) {
        assertThat(verdict(profile, map(TensorProfileTest::nearest))).isEqualTo(Verdict.PASS);
    }

    @ParameterizedTest
    @MethodSource("profiles")
    void aPermutationFailsThoughItHasTheSameLeastMeanAndMost(String profile) {
        double[] found = map(TensorProfileTest::nearest);
        double first = found[0];
        System.arraycopy(found, 1, found, 0, N - 1);
        found[N - 1] = first;
        assertThat(verdict(profile, found)).isEqualTo(Verdict.FAIL);
    }

    @ParameterizedTest
    @MethodSource("profiles")
    void anInfinityOfTheOtherSignFails(String profile) {
        double[] golden = golden();
        golden[5] = 1e6;
        double[] found = Arrays.stream(golden).map(TensorProfileTest::nearest).toArray();
        found[5] = Double.POSITIVE_INFINITY;
        assertThat(judge(profile, golden, found).verdict()).isEqualTo(Verdict.PASS);
        found[5] = Double.NEGATIVE_INFINITY;
        assertThat(judge(profile, golden, found).verdict()).isEqualTo(Verdict.FAIL);
    }

    @ParameterizedTest
    @MethodSource("profiles")
    void aNanOfTheGoldenLetsNothingPass(String profile) {
        double[] golden = golden();
        golden[5] = Double.NaN;
        double[] found = Arrays.stream(golden).map(TensorProfileTest::nearest).toArray();
        found[5] = 1; // a number where there is none
        assertThat(judge(profile, golden, found).verdict()).isEqualTo(Verdict.FAIL);
        found[5] = Double.NaN;
        assertThat(judge(profile, golden, found).verdict()).isEqualTo(Verdict.PASS);
        for (int i = 6; i < 106; i++) {
            found[i] = -found[i]; // elsewhere
        }
        assertThat(judge(profile, golden, found).verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void aGoldenWithoutANumberIsNotJudged() {
        double[] nan = {Double.NaN};
        assertThat(judge("op", nan, nan).verdict()).isEqualTo(Verdict.NOT_JUDGED);
    }

    @ParameterizedTest
    @MethodSource("profiles")
    void aScalarGetsAVerdict(String profile) {
        double[] golden = {2.3};
        assertThat(judge(profile, golden, new double[] {nearest(2.3)}).verdict())
                .isEqualTo(Verdict.PASS);
        assertThat(judge(profile, golden, new double[] {4.6}).verdict()).isEqualTo(Verdict.FAIL);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, -1})
    void aBiasFailsWhateverItsSign(int sign) {
        // half an ulp of 2 off, all in one direction
        TensorProfile.Judgement shifted = judge("op", golden(), map(x -> nearest(x) + sign * 0x1p-11));
        assertThat(shifted.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(shifted.reason()).startsWith("bias");
    }

    // 0.36 of the unit roundoff is what nearest leaves on average, 0.72 what cutting off does: no standard sees it
    @Test
    void aTruncatingCastIsSeenByItsBiasAlone() {
        double[] found = map(TensorProfileTest::truncated);
        assertThat(judge("op", golden(), found).reason()).startsWith("growth");
        assertThat(verdict("op", found)).isEqualTo(Verdict.FAIL);
        assertThat(verdict("L1", found)).isEqualTo(Verdict.PASS);
        assertThat(verdict("ulp", found)).isEqualTo(Verdict.PASS);
    }

    // numerics of tensor cores: up to 1e-4 too small over 4608 terms, before the result is rounded
    @Test
    void aTensorCoresBiasBelowTheTypePasses() {
        assertThat(verdict("op", map(x -> nearest(x * (1 - 1e-4))))).isEqualTo(Verdict.PASS);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0x1p-15, 1, 0x1p12})
    void theLossScaleChangesNoVerdictOfTheDefault(double scale) {
        double[] golden = map(x -> x * scale);
        double[] twice = map(x -> nearest(x * scale) + 8 * ulp(x * scale) * Math.signum(x));
        assertThat(judge("op", golden, map(x -> nearest(x * scale))).verdict()).isEqualTo(Verdict.PASS);
        assertThat(judge("op", golden, twice).verdict()).isEqualTo(Verdict.FAIL);
    }

    // limits on (max, mean, rms) of verdicts.md: 10/2/2, 5/1.5/1.5, 2/1.2/1.2, over a floor of 2^-11
    @Test
    void theLevelsOfTheDoubleBenchmarkAreNested() {
        double[] golden = golden();
        double[] found = map(x -> x);
        found[0] += golden[0] * 0x1p-11 * 9;
        assertThat(judge("L0", golden, found).severity()).isCloseTo(0.9, within(1e-9));
        assertThat(judge("L1", golden, found).reason()).startsWith("max ratio 9");
        assertThat(verdict("L0", found)).isEqualTo(Verdict.PASS);
        assertThat(verdict("L1", found)).isEqualTo(Verdict.FAIL);
        found[0] = golden[0] * (1 + 0x1p-11 * 4);
        assertThat(verdict("L1", found)).isEqualTo(Verdict.PASS);
        assertThat(verdict("L2", found)).isEqualTo(Verdict.FAIL);
    }

    @Test
    void flushedSubnormalsAreCountedAmongTheSmallValues() {
        double[] golden = new double[100];
        Arrays.fill(golden, 0x1p-15);
        golden[0] = 1;
        double[] found = golden.clone();
        Arrays.fill(found, 1, 4, 0);
        assertThat(judge("L1", golden, found).reason()).startsWith("small-value ratio 3");
        assertThat(judge("L1", golden, found).verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void anOpThatOnlyMovesIsJudgedByItsBits() {
        double[] golden = {1, 1, 1, 1, 1, 1, 1, 1};
        double[] near = {1, 1, 1, 1, 1, 1, 1, 1 + 0x1p-10};
        TensorErrors right = TensorErrors.of(NumberFormat.FP16, golden, golden, false);
        TensorErrors off = TensorErrors.of(NumberFormat.FP16, golden, near, false);
        TensorProfile profile = TensorProfile.standard();
        assertThat(profile.judge(NumberFormat.FP16, false, right, off).verdict())
                .isEqualTo(Verdict.PASS);
        assertThat(profile.judge(NumberFormat.FP16, true, right, off).verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void anUnknownProfileIsRefusedWithThoseThatExist() {
        assertThatThrownBy(() -> TensorProfile.named("L9"))
                .hasMessage(
                        "there is no lockstep profile 'L9', there are [op, L0, L1, L2, ulp, mixed, binary, cosine]");
    }

    @ParameterizedTest
    @MethodSource("fine")
    void sumsInHalfPrecisionFail(String profile) {
        SeedStream.Draw draws = new SeedStream(3).draw("noise", 0);
        double[] found = map(x -> nearest(x + (draws.uniform() - 0.5) * 0.05));
        assertThat(verdict(profile, found)).isEqualTo(Verdict.FAIL);
    }
}

package dev.parity.statistics;

import static dev.parity.statistics.Judging.gate;
import static dev.parity.statistics.Judging.judge;
import static dev.parity.statistics.Judging.numbers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parity.trace.Point;
import dev.parity.trace.Provenance;
import dev.parity.trace.RunTrace;
import dev.parity.trace.StepRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

final class ComparisonTest {
    private static RunTrace run(UnaryOperator<StepRecord> change) {
        return Traces.run(1, change);
    }

    private static final RunTrace REFERENCE = run(UnaryOperator.identity());

    @Test
    void aRunAgainstItselfPassesEveryGate() {
        ParityResult result = judge(REFERENCE, REFERENCE);
        assertThat(result.evidence()).extracting(Evidence::verdict).containsOnly(Verdict.PASS);
        assertThat(result.verdict()).isEqualTo(Verdict.PASS);
        assertThat(result.headline()).isEqualTo("the same training within the margins");
    }

    @Test
    void lossesTwoPercentOffFailAndTwoPerMilleWarnOrPass() {
        assertThat(judge(REFERENCE, run(Traces.loss(1.02))).verdict()).isEqualTo(Verdict.FAIL);
        assertThat(gate(judge(REFERENCE, run(Traces.loss(1.002))), "loss-whole").verdict())
                .isIn(Verdict.PASS, Verdict.WARN);
    }

    @Test
    void aLossThatIsNoisyBeyondTheMarginIsInconclusiveAndSaysWhatWouldDecide() {
        Random random = new Random(3);
        RunTrace noisy = run(s -> Traces.withLoss(
                s, s.loss().stream().map(x -> x + 0.3 * random.nextGaussian()).toList()));
        Evidence evidence = gate(judge(REFERENCE, noisy), "loss-last-quarter");
        assertThat(evidence.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(evidence.sentence()).containsPattern("about \\d+ steps would decide");
    }

    @Test
    void threeSeedsAreJudgedBySeed() {
        List<Pair> pairs = new ArrayList<>();
        for (int seed = 1; seed <= 3; seed++) {
            pairs.add(new Pair(
                    Traces.run(seed, UnaryOperator.identity()), Traces.run(seed, Traces.loss(1 + seed * 1e-4))));
        }
        Evidence evidence = gate(new Comparison(pairs, Profile.STRICT, Map.of()).judge(), "loss-whole");
        // differences 1e-4, 2e-4, 3e-4: mean 2e-4, standard error 1e-4/sqrt(3), t(2; 0.95) = 2.919986
        assertThat(numbers(evidence).estimate().n()).isEqualTo(3);
        assertThat(numbers(evidence).estimate().value()).isCloseTo(2e-4, Offset.offset(1e-9));
        assertThat(numbers(evidence).estimate().interval().high())
                .isCloseTo(2e-4 + 2.919986 * 1e-4 / Math.sqrt(3), Offset.offset(1e-9));
    }

    @Test
    void aLayersGradientThreePercentOffFailsAtTheFirstStep() {
        List<Pair> pairs = new ArrayList<>();
        for (int seed = 1; seed <= 3; seed++) {
            pairs.add(new Pair(
                    Traces.run(seed, UnaryOperator.identity()),
                    Traces.run(seed, s -> Traces.withNorm(s, 1.03 * Traces.norm(s)))));
        }
        ParityResult result = new Comparison(pairs, Profile.STRICT, Map.of()).judge();
        assertThat(result.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(result.headline()).contains("the gradient of fc1.weight (backward pass) is off by");
    }

    @Test
    void aKeyThatDiffersIsInvalidWhateverTheOtherGatesSay() {
        RunTrace other = Traces.run(
                1,
                Map.of(Provenance.LOSS_SCALER, "static", Provenance.LOSS_SCALER_SETTINGS, "scale=16384"),
                Traces.loss(1.5),
                0.6);
        ParityResult result = judge(REFERENCE, other);
        assertThat(result.verdict()).isEqualTo(Verdict.INVALID);
        assertThat(result.headline()).contains("loss-scaler (unfused against static)");
        assertThat(gate(result, "loss-whole").verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void aWaiverOfNoKeyIsRefused() {
        assertThatThrownBy(() -> judge(REFERENCE, REFERENCE, Map.of("optimiser", "typo")))
                .hasMessageContaining("no comparability key 'optimiser'");
    }

    @Test
    void aNanOfTheReferenceExcusesNoneOfTheCandidate() {
        RunTrace broken = run(s -> s.step() == 7 ? Traces.withLoss(s, List.of(1.0, Double.NaN)) : s);
        assertThat(gate(judge(REFERENCE, broken), "non-finite").verdict()).isEqualTo(Verdict.FAIL);
        assertThat(gate(judge(broken, broken), "non-finite").verdict()).isEqualTo(Verdict.FAIL);
        assertThat(gate(judge(broken, REFERENCE), "non-finite").verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(gate(judge(REFERENCE, broken), "non-finite").origins())
                .containsExactly("seed1, step 7 (the loss of rank 1)");
    }

    @Test
    void replicasThatDifferFail() {
        RunTrace broken = run(s ->
                s.step() == 200 ? Traces.with(s, s.loss(), s.scale(), s.lr(), Traces.norm(s), List.of("ab", "cd")) : s);
        assertThat(gate(judge(REFERENCE, broken), "replicas").sentence()).contains("after step 200");
        assertThat(judge(REFERENCE, broken).verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void accuracyTenPointsLowerFailsAndBothClassesAreNamed() {
        RunTrace worse = Traces.run(1, Map.of(), UnaryOperator.identity(), 0.4);
        ParityResult result = judge(REFERENCE, worse);
        assertThat(gate(result, "accuracy").verdict()).isEqualTo(Verdict.FAIL);
        assertThat(gate(result, "class-accuracy").sentence()).contains("classes that differ (Holm): cat, dog");
    }

    @Test
    void aShorterCandidateFailsAndACutOneIsInconclusive() {
        RunTrace cut = new RunTrace(
                "cut",
                REFERENCE.provenance(),
                REFERENCE.steps().subList(0, 300),
                REFERENCE.losses().subList(0, 300),
                List.of(),
                REFERENCE.evaluations(),
                List.of(),
                List.of(),
                Optional.empty());
        assertThat(gate(judge(REFERENCE, cut), "length").verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        RunTrace ended = new RunTrace(
                "short",
                cut.provenance(),
                cut.steps(),
                cut.losses(),
                List.of(),
                cut.evaluations(),
                List.of(),
                List.of(),
                REFERENCE.end());
        assertThat(gate(judge(REFERENCE, ended), "length").verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void aMarginFinerThanTheLogPrintsIsRefused() {
        List<Point> points = new ArrayList<>();
        for (int i = 1; i <= 30; i++) {
            points.add(Point.loss(1, i * 100L, 1.4, 100, 1e-2, "gpu.log:" + i));
        }
        RunTrace log = new RunTrace(
                "gpu.log",
                REFERENCE.provenance(),
                List.of(),
                points,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Optional.empty());
        assertThatThrownBy(() -> judge(log, log))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("finer than the log prints")
                .hasMessageContaining("gpu.log:");
    }

    @Test
    void aTraceWithoutStepsIsInconclusive() {
        RunTrace nothing = new RunTrace(
                "killed",
                REFERENCE.provenance(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Optional.empty());
        for (ParityResult result :
                List.of(judge(REFERENCE, nothing), judge(nothing, REFERENCE), judge(nothing, nothing))) {
            assertThat(result.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        }
    }

    @Test
    void anInfiniteLossFails() {
        RunTrace broken = run(s -> s.step() == 7 ? Traces.withLoss(s, List.of(1.0, Double.POSITIVE_INFINITY)) : s);
        assertThat(judge(REFERENCE, broken).verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void aGradientThatIsMissingAtTheFirstStepFails() {
        RunTrace missing = run(s -> Traces.withNorm(s, Double.NaN));
        assertThat(gate(judge(REFERENCE, missing), "first-step").verdict()).isEqualTo(Verdict.FAIL);
    }
}

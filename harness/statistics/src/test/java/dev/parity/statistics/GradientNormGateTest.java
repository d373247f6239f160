package dev.parity.statistics;

import static dev.parity.statistics.Judging.numbers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.statistics.gates.GradientNormGate;
import dev.parity.trace.RunTrace;
import dev.parity.trace.StepRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

final class GradientNormGateTest {
    private static final GradientNormGate GATE = new GradientNormGate();

    /// Changes one norm of the candidates of several seeds.
    private static List<Pair> pairs(int seeds, String name, DoubleUnaryOperator change) {
        List<Pair> pairs = new ArrayList<>();
        for (int seed = 1; seed <= seeds; seed++) {
            pairs.add(new Pair(run(seed, UnaryOperator.identity()), run(seed, s -> {
                TreeMap<String, Double> norms = new TreeMap<>(s.gradNorm());
                norms.computeIfPresent(name, (_, norm) -> change.applyAsDouble(norm));
                return copy(s, norms);
            })));
        }
        return pairs;
    }

    private static RunTrace run(long seed, UnaryOperator<StepRecord> change) {
        return Traces.run(seed, change);
    }

    private static StepRecord copy(StepRecord s, SortedMap<String, Double> norms) {
        return Edits.copy(s, norms, s.expertCounts());
    }

    @Test
    void theWholeGradientsNormIsHeldToTheMargin() {
        assertThat(Judging.judge(GATE, pairs(3, StepRecord.GLOBAL, x -> 1.08 * x))
                        .verdict())
                .isEqualTo(Verdict.WARN);
        Evidence found = Judging.judge(GATE, pairs(3, StepRecord.GLOBAL, x -> 1.12 * x));
        assertThat(found.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(numbers(found).estimate().value()).isCloseTo(0.12, Offset.offset(1e-12));
        assertThat(numbers(found).margin()).isEqualTo(0.1);
        assertThat(found.sentence()).startsWith("of 2 mean gradient norms the worst is global: +12.00 % [+12.00");
    }

    @Test
    void oneSeedDecidesOnTheWholeGradient() {
        assertThat(Judging.judge(GATE, pairs(1, StepRecord.GLOBAL, x -> 1.12 * x))
                        .verdict())
                .isEqualTo(Verdict.FAIL);
        assertThat(Judging.judge(GATE, pairs(1, StepRecord.GLOBAL, x -> 1.04 * x))
                        .verdict())
                .isEqualTo(Verdict.WARN);
    }

    @Test
    void aLayerBeyondTheMarginFailsFromThreeSeedsOnAndIsOpenBelow() {
        assertThat(Judging.judge(GATE, pairs(3, "fc1.weight", x -> 1.12 * x)).verdict())
                .isEqualTo(Verdict.FAIL);
        assertThat(Judging.judge(GATE, pairs(2, "fc1.weight", x -> 1.12 * x)).verdict())
                .isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(Judging.judge(GATE, pairs(1, "fc1.weight", x -> 2 * x)).verdict())
                .isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(Judging.judge(GATE, pairs(1, "fc1.weight", x -> 1.08 * x)).verdict())
                .isEqualTo(Verdict.PASS);
    }

    @Test
    void theWorstLayerIsNamed() {
        Evidence found = Judging.judge(GATE, pairs(3, "fc1.weight", x -> 0.5 * x));
        assertThat(found.sentence()).startsWith("of 2 mean gradient norms the worst is fc1.weight: -50.00 %");
        assertThat(numbers(found).estimate().value()).isCloseTo(-0.5, Offset.offset(1e-12));
    }

    // of verdicts that are equal, the larger difference
    @Test
    void amongEqualLayersTheLargestDifferenceIsNamed() {
        assertThat(Judging.judge(GATE, pairs(3, "fc1.weight", x -> 1.0001 * x)).sentence())
                .contains("worst is fc1.weight");
    }

    @Test
    void aLayerTooSmallToMatterIsLeftOutUntilItGrows() {
        assertThat(Judging.judge(GATE, pairs(3, "fc2.bias", x -> 3 * x)).verdict())
                .isEqualTo(Verdict.PASS);
        assertThat(Judging.judge(GATE, pairs(3, "fc2.bias", x -> 1e4 * x)).verdict())
                .isEqualTo(Verdict.FAIL);
    }

    // fc1.bias is 0.5 % of the whole here: its margin is 10 % (1 + 1 % / 0.5 %)
    @Test
    void aTinyLayerIsJudgedAsIfItWereLarger() {
        assertThat(tiny(1.25).verdict()).isEqualTo(Verdict.WARN);
        assertThat(numbers(tiny(1.25)).margin()).isCloseTo(0.3, Offset.offset(1e-9));
        assertThat(tiny(1.35).verdict()).isEqualTo(Verdict.FAIL);
    }

    private static Evidence tiny(double factor) {
        List<Pair> pairs = new ArrayList<>();
        for (int seed = 1; seed <= 3; seed++) {
            pairs.add(new Pair(
                    run(seed, s -> copy(s, new TreeMap<>(Map.of(StepRecord.GLOBAL, 2.0, "fc1.bias", 0.01)))),
                    run(seed, s -> copy(s, new TreeMap<>(Map.of(StepRecord.GLOBAL, 2.0, "fc1.bias", 0.01 * factor))))));
        }
        return Judging.judge(GATE, pairs);
    }

    @Test
    void aNormThatIsNotFiniteFails() {
        Evidence found = Judging.judge(GATE, pairs(1, "fc1.weight", x -> Double.NaN));
        assertThat(found.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(found.sentence()).contains("a gradient norm of fc1.weight that is not finite");
    }

    @Test
    void withoutNormsOnBothSidesItDoesNotJudge() {
        RunTrace bare = run(1, s -> copy(s, new TreeMap<>()));
        assertThat(Judging.judge(GATE, List.of(new Pair(bare, run(1, s -> s)))).verdict())
                .isEqualTo(Verdict.NOT_JUDGED);
        assertThat(Judging.judge(GATE, List.of(new Pair(run(1, s -> s), bare))).verdict())
                .isEqualTo(Verdict.NOT_JUDGED);
    }

    /// Makes a run whose scale falls after step 100 on one side, and whose norm is off by a share before and behind.
    private static RunTrace parted(double scale, double before, double behind) {
        return run(1, s -> {
            TreeMap<String, Double> norms = new TreeMap<>(s.gradNorm());
            norms.computeIfPresent(StepRecord.GLOBAL, (_, norm) -> norm * (s.step() > 100 ? behind : before));
            double now = s.step() > 100 ? scale : 1024;
            return copy(Traces.with(s, s.loss(), now, s.lr(), Traces.norm(s), s.replicas()), norms);
        });
    }

    @Test
    void theGapBeforeTheScalesPartIsToldApartFromTheOneBehind() {
        Evidence found = Judging.judge(GATE, List.of(new Pair(parted(1024, 1, 1), parted(512, 1.001, 1.25))));
        assertThat(found.sentence())
                .contains("; until the loss scales part it is at most +0.10 % off; "
                        + "behind, its level is shifted by +25.00 % [+25.00, +25.00]");
    }

    @Test
    void aGapThatGrowsTowardsTheFirstLayerIsNamed() {
        assertThat(layered(0.6, 0.3, 0.2))
                .endsWith("; the gap grows towards the first of the 3 layers of layers.*.weight, from 20 % to 60 %");
        assertThat(layered(0.6, 0.2, 0.3)).doesNotContain("grows");
        assertThat(layered(0.4, 0.3, 0.25)).doesNotContain("grows");
    }

    /// Judges three seeds in which the norms of three layers are off by shares.
    private static String layered(double... gaps) {
        List<Pair> pairs = new ArrayList<>();
        for (int seed = 1; seed <= 3; seed++) {
            pairs.add(new Pair(layers(seed, 0, 0, 0), layers(seed, gaps)));
        }
        return Judging.judge(GATE, pairs).sentence();
    }

    private static RunTrace layers(long seed, double... gaps) {
        return run(seed, s -> {
            TreeMap<String, Double> norms = new TreeMap<>(s.gradNorm());
            for (int layer = 0; layer < gaps.length; layer++) {
                norms.put("layers.%d.weight".formatted(layer), 1 + gaps[layer]);
            }
            return copy(s, norms);
        });
    }
}

package dev.parity.statistics;

import static dev.parity.statistics.Judging.gate;
import static dev.parity.statistics.Judging.judge;
import static dev.parity.statistics.Judging.verdict;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parity.trace.Provenance;
import dev.parity.trace.RunTrace;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// A PASS must be earned, and says by what.
final class EarnedPassTest {
    private static final RunTrace RUN = Traces.run(1, UnaryOperator.identity());

    private static RunTrace log(int losses) {
        return Traces.log("run.log", losses, List.of(), i -> 1 + 1.0 / i);
    }

    @Test
    void twentyOneLossesShowNoParity() {
        ParityResult result = judge(log(21), log(21));
        assertThat(verdict(result, "loss-whole")).isEqualTo(Verdict.PASS);
        assertThat(result.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(result.headline())
                .startsWith(
                        "too little to show parity: 21 losses are common to both sides, "
                                + "50 losses (30 where they scatter little) or 3 pairs are needed; 12 of 26 gates judged, not judged: ");
    }

    @Test
    void thirtyLossesThatScatterLittleAreEnough() {
        assertThat(judge(log(29), log(29)).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(judge(log(30), log(30)).verdict()).isEqualTo(Verdict.PASS);
    }

    @Test
    void lossesThatScatterMoreMustBeFifty() {
        assertThat(verdict(judge(log(49), scattered(49)), "sufficiency")).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(verdict(judge(log(50), scattered(50)), "sufficiency")).isEqualTo(Verdict.PASS);
    }

    /// Returns losses that lie 3 % above and 1.5 % below those of [#log].
    private static RunTrace scattered(int losses) {
        return Traces.log("other.log", losses, List.of(), i -> (i % 3 == 0 ? 1.03 : 0.985) * (1 + 1.0 / i));
    }

    @Test
    void threePairsDo() {
        List<Pair> three = new ArrayList<>();
        for (int seed = 1; seed <= 3; seed++) {
            double level = seed;
            RunTrace log = Traces.log("seed" + seed, 21, List.of(), i -> level + 1.0 / i);
            three.add(new Pair(log, log));
        }
        assertThat(new Comparison(three.subList(0, 2), Profile.STRICT, Map.of())
                        .judge()
                        .verdict())
                .isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(new Comparison(three, Profile.STRICT, Map.of()).judge().verdict())
                .isEqualTo(Verdict.PASS);
    }

    @Test
    void theSamePairThreeTimesIsOneSeed() {
        Pair pair = new Pair(RUN, RUN);
        ParityResult result = new Comparison(List.of(pair, pair, pair), Profile.STRICT, Map.of()).judge();
        assertThat(result.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(result.headline())
                .isEqualTo("3 pairs have only 1 different references: a seed counts once; "
                        + "3 pairs have only 1 different candidates: a seed counts once");
    }

    @Test
    void oneCandidateUnderThreeNamesIsOneSeed() {
        List<Pair> three = new ArrayList<>();
        for (int seed = 1; seed <= 3; seed++) {
            three.add(new Pair(Traces.run(seed, UnaryOperator.identity()), RUN));
        }
        Evidence found = gate(new Comparison(three, Profile.STRICT, Map.of()).judge(), "sufficiency");
        assertThat(found.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(found.sentence()).isEqualTo("3 pairs have only 1 different candidates: a seed counts once");
    }

    @Test
    void aPassCountsWhatWasJudgedAndNamesWhatWasNot() {
        assertThat(judge(log(50), log(50)).headline())
                .isEqualTo("the same training within the margins; 14 of 26 gates judged, not judged: replicas, "
                        + "scaler-replay, schedule-replay, first-step, routing-agreement, early-steps, gradient-norm, "
                        + "scale-events, expert-load, accuracy, class-accuracy, class-swap; 13 comparability keys unknown on both sides; "
                        + "neither scenario, dtype, world, optimizer nor loss scaler is known: that the two are "
                        + "comparable is your claim");
    }

    @Test
    void aWarningCountsToo() {
        RunTrace other = Traces.log("other.log", 50, List.of(), i -> 1.004 * (1 + 1.0 / i));
        ParityResult result = judge(log(50), other);
        assertThat(result.verdict()).isEqualTo(Verdict.WARN);
        assertThat(result.headline())
                .startsWith("over the last quarter the losses are equivalent, but")
                .contains("(also: loss-whole); 14 of 26 gates judged");
    }

    @Test
    void aRequiredGateThatIsNotJudgedIsInconclusive() {
        List<Pair> pairs = List.of(new Pair(log(50), log(50)));
        ParityResult result = new Comparison(pairs, Profile.STRICT, Map.of(), Set.of("accuracy")).judge();
        assertThat(result.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(result.headline())
                .startsWith("gate accuracy is required and was not judged: no evaluation is recorded on both sides; ");
        assertThat(new Comparison(pairs, Profile.STRICT, Map.of(), Set.of("loss-whole", "length"))
                        .judge()
                        .verdict())
                .isEqualTo(Verdict.PASS);
    }

    @Test
    void aRequiredGateThatDoesNotExistIsRefused() {
        assertThatThrownBy(
                        () -> new Comparison(List.of(new Pair(RUN, RUN)), Profile.STRICT, Map.of(), Set.of("acuracy")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no gate 'acuracy' to require, there are [comparability, length, completeness");
    }

    @Test
    void theKnownGatesAreThoseOfAResult() {
        assertThat(judge(RUN, RUN).evidence())
                .extracting(Evidence::gate)
                .containsExactlyElementsOf(Stream.concat(Profile.STRICT.ids().stream(), Stream.of("sufficiency"))
                        .toList());
    }

    @Test
    void theHeadlineOfSeveralInconclusiveGatesIsTheLossAndNamesTheOthers() {
        ParityResult result = judge(log(10), log(5));
        assertThat(result.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(result.headline())
                .startsWith("5 common losses are too few to judge")
                .contains("(also: length, loss-whole, sufficiency); ");
    }

    @Test
    void aPlantedFaultAndOverridesStandFirstAndChangeNoVerdict() {
        Provenance p = RUN.provenance();
        TreeMap<String, String> underTest = new TreeMap<>(p.underTest());
        underTest.put(Provenance.FAULT, "learning-rate=10");
        Provenance marked = Provenance.of(
                p.source(), p.comparability(), underTest, Map.of(Provenance.OVERRIDES, "train.steps=400"));
        RunTrace planted = new RunTrace(
                "planted",
                marked,
                RUN.steps(),
                RUN.points(),
                RUN.scaleEvents(),
                RUN.evaluations(),
                RUN.notes(),
                RUN.gaps(),
                RUN.end());
        ParityResult result = judge(RUN, planted);
        assertThat(result.planted()).containsExactly("learning-rate=10");
        assertThat(result.overridden()).containsExactly("train.steps=400");
        assertThat(result.headline())
                .isEqualTo("fault planted: learning-rate=10; overridden: train.steps=400; "
                        + "the same training within the margins");
        assertThat(result.verdict()).isEqualTo(Verdict.PASS);
        assertThat(judge(planted, planted).planted()).isEqualTo(Collections.singletonList("learning-rate=10"));
        assertThat(judge(RUN, RUN).planted()).isEmpty();
        assertThat(gate(judge(planted, planted), "loss-whole").verdict()).isEqualTo(Verdict.PASS);
    }
}

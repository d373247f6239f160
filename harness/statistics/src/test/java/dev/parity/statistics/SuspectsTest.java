package dev.parity.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.trace.Evaluation;
import dev.parity.trace.RunTrace;
import dev.parity.trace.StepRecord;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// Who is suspected first, by what is off and from when on.
final class SuspectsTest {
    /// Names of a small net with experts.
    private static final Map<String, Double> NORMS = Map.of(
            "conv1.weight",
            0.3,
            "conv2.weight",
            0.4,
            "fc1.weight",
            0.5,
            "fc1.bias",
            0.2,
            "moe0.gate.weight",
            0.1,
            "moe0.expert.weight",
            0.3,
            "moe0.expert.bias",
            0.2);

    private static RunTrace run(UnaryOperator<StepRecord> change) {
        return run(1, change);
    }

    private static RunTrace run(long seed, UnaryOperator<StepRecord> change) {
        return Traces.run(seed, s -> change.apply(Edits.copy(s, norms(s, _ -> 1.0), s.expertCounts())));
    }

    /// Scales each norm by what its name says; the whole gradient's is that of its parts.
    private static SortedMap<String, Double> norms(StepRecord s, Function<String, Double> factor) {
        TreeMap<String, Double> norms = new TreeMap<>();
        double squares = 0;
        for (Map.Entry<String, Double> each : NORMS.entrySet()) {
            double norm = each.getValue() * (1 + 0.1 * Math.sin((double) s.step())) * factor.apply(each.getKey());
            norms.put(each.getKey(), norm);
            squares += norm * norm;
        }
        norms.put(StepRecord.GLOBAL, s.skipped() ? Double.NaN : Math.sqrt(squares));
        return norms;
    }

    private static UnaryOperator<StepRecord> scaled(Function<String, Double> factor) {
        return s -> Edits.copy(s, norms(s, factor), s.expertCounts());
    }

    private static Suspicion first(UnaryOperator<StepRecord> change) {
        return first(LongStream.rangeClosed(1, 3)
                .mapToObj(seed -> new Pair(run(seed, UnaryOperator.identity()), run(seed, change)))
                .toList());
    }

    private static Suspicion first(List<Pair> pairs) {
        ParityResult result = new Comparison(pairs, Profile.STRICT, Map.of()).judge();
        assertThat(result.verdict()).isEqualTo(Verdict.FAIL);
        return result.suspects().getFirst();
    }

    @Test
    void aPassSuspectsNobody() {
        RunTrace run = run(UnaryOperator.identity());
        assertThat(Judging.judge(run, run).suspects()).isEmpty();
    }

    @Test
    void oneLayersGradientPointsToItsBackwardPass() {
        Suspicion found = first(scaled(name -> name.equals("conv2.weight") ? 1.03 : 1.0));
        assertThat(found.suspect()).isEqualTo(Suspect.BACKWARD);
        assertThat(found.evidence().getFirst())
                .isEqualTo("at step 1 the losses agree, but 1 of 7 gradients are off, most conv2.weight");
        assertThat(found.next()).startsWith("./parity run SCENARIO");
    }

    @Test
    void oneFactorOnAllGradientsPointsToTheCollective() {
        assertThat(first(scaled(_ -> 2.0)).suspect()).isEqualTo(Suspect.COLLECTIVE);
        assertThat(first(scaled(name -> name.contains("expert") ? 2.0 : 1.0)).suspect())
                .isEqualTo(Suspect.COLLECTIVE);
    }

    @Test
    void theGatesGradientAlonePointsToTheGating() {
        assertThat(first(scaled(name -> name.contains("gate") ? 1.1 : 1.0)).suspect())
                .isEqualTo(Suspect.GATING);
    }

    @Test
    void slightGapsEverywherePointToTheForwardPass() {
        assertThat(first(scaled(name -> 1 + 1e-4 * name.length())).suspect()).isEqualTo(Suspect.FORWARD);
    }

    @Test
    void aLossOffAtTheFirstStepIsForwardOrDataBySize() {
        Suspicion slight = first(s -> scaled(name -> 1 + 1e-3 * name.length())
                .apply(Traces.withLoss(s, s.loss().stream().map(x -> 1.004 * x).toList())));
        assertThat(slight.suspect()).isEqualTo(Suspect.FORWARD);
        Suspicion oneRank = first(s -> scaled(name -> 1 + 1e-2 * name.length())
                .apply(Traces.withLoss(
                        s, List.of(s.loss().get(0), 1.2 * s.loss().get(1)))));
        assertThat(oneRank.suspect()).isEqualTo(Suspect.DATA);
        assertThat(oneRank.evidence().getFirst()).contains("on 1 of 2 ranks only");
    }

    @Test
    void tokensThatChangeExpertAtTheFirstStepPointToTheGating() {
        Suspicion found = first(s -> Edits.copy(s, norms(s, _ -> 1.1), List.of(List.of(12, 4))));
        assertThat(found.suspect()).isEqualTo(Suspect.GATING);
        assertThat(found.evidence().getFirst()).contains("3 tokens choose another expert");
    }

    @Test
    void anEqualFirstStepAndAnotherSecondOnePointToTheOptimizer() {
        Suspicion found = first(s ->
                s.step() == 1 ? s : scaled(name -> 1 + 0.002 * name.length()).apply(s));
        assertThat(found.suspect()).isEqualTo(Suspect.OPTIMIZER);
        assertThat(found.evidence().getFirst()).startsWith("the steps before step 2 agree");
    }

    @Test
    void anUpdateThatBlowsUpPointsToTheOptimizer() {
        Suspicion far = first(s ->
                s.step() == 1 ? s : Edits.copy(s, norms(s, name -> 2.0 + name.length()), List.of(List.of(12, 4))));
        assertThat(far.suspect()).isEqualTo(Suspect.OPTIMIZER);
    }

    // the replay of the scaler, whose rules this breaks too, names the scaler first
    @Test
    void anOverflowAtTheSecondStepSpeaksForTheOptimizer() {
        ParityResult result = Judging.judge(run(UnaryOperator.identity()), run(s -> s.step() == 2 ? skipped(s) : s));
        assertThat(result.suspects())
                .filteredOn(each -> each.suspect() == Suspect.OPTIMIZER)
                .flatExtracting(Suspicion::evidence)
                .contains("the candidate overflows already at step 2 of epoch 1, where the reference does not: "
                        + "the update before it was too large");
    }

    private static StepRecord skipped(StepRecord s) {
        return new StepRecord(
                s.step(),
                s.epoch(),
                s.loss(),
                s.scale(),
                true,
                s.lr(),
                s.gradNorm(),
                s.expertCounts(),
                s.dropped(),
                s.replicas(),
                s.routing());
    }

    @Test
    void aLossThatIsOffAtOncePointsToTheData() {
        Suspicion found = first(s -> s.step() <= 63 ? s : other(s));
        assertThat(found.suspect()).isEqualTo(Suspect.DATA);
        assertThat(found.evidence())
                .contains("the losses before step 64 are at most 0.098 % apart, there they are 10 % apart at once: "
                        + "another batch");
    }

    /// Changes a step as another batch would.
    private static StepRecord other(StepRecord s) {
        return Traces.withLoss(
                scaled(name -> 1 + 0.03 * name.length()).apply(s),
                s.loss().stream()
                        .map(x -> x * (1 + 0.1 * Math.cos(Math.PI * s.step())))
                        .toList());
    }

    @Test
    void theFirstStepOfMostPairsOutvotesTheOthers() {
        UnaryOperator<StepRecord> late = s ->
                s.step() == 1 ? s : scaled(name -> 1 + 0.002 * name.length()).apply(s);
        UnaryOperator<StepRecord> early = scaled(name -> name.equals("conv2.weight") ? 1.03 : 1.0);
        List<Pair> pairs = LongStream.rangeClosed(1, 3)
                .mapToObj(seed -> new Pair(run(seed, UnaryOperator.identity()), run(seed, seed == 1 ? late : early)))
                .toList();
        ParityResult result = new Comparison(pairs, Profile.STRICT, Map.of()).judge();
        assertThat(result.suspects().getFirst().suspect()).isEqualTo(Suspect.BACKWARD);
    }

    @Test
    void ratesThatBreakTheirOwnRulePointToTheSchedule() {
        assertThat(first(s -> with(s, 0.011, s.replicas())).suspect()).isEqualTo(Suspect.SCHEDULE);
    }

    private static StepRecord with(StepRecord s, double rate, List<String> replicas) {
        return new StepRecord(
                s.step(),
                s.epoch(),
                s.loss(),
                s.scale(),
                s.skipped(),
                rate,
                s.gradNorm(),
                s.expertCounts(),
                s.dropped(),
                replicas,
                s.routing());
    }

    @Test
    void replicasThatDifferPointToTheCollective() {
        assertThat(first(s -> with(s, s.lr(), s.replicas().isEmpty() ? List.of() : List.of("ab", "cd")))
                        .suspect())
                .isEqualTo(Suspect.COLLECTIVE);
    }

    @Test
    void anotherAccuracyWithEqualLossesPointsToTheEvaluation() {
        RunTrace reference = Traces.run(1, Map.of(), UnaryOperator.identity(), 0.8);
        RunTrace other = Traces.run(1, Map.of(), UnaryOperator.identity(), 0.6);
        assertThat(first(List.of(new Pair(reference, other))).suspect()).isEqualTo(Suspect.EVALUATION);
    }

    // each item of one class is taken for the other's
    @Test
    void classesThatChangePlacesPointToTheData() {
        RunTrace reference = Traces.run(1, Map.of(), UnaryOperator.identity(), 0.9);
        RunTrace swapped = Traces.edit(
                reference,
                Traces.each(
                        Evaluation.class,
                        e -> new Evaluation(
                                e.step(),
                                e.mode(),
                                e.labels(),
                                e.ranks().stream().map(SuspectsTest::swapped).toList())));
        ParityResult result = Judging.judge(reference, swapped);
        assertThat(Judging.gate(result, "class-swap").sentence()).contains("if cat and dog change place");
        assertThat(result.suspects().getFirst().suspect()).isEqualTo(Suspect.DATA);
    }

    private static Evaluation.Rank swapped(Evaluation.Rank rank) {
        List<Integer> predictions = rank.predictions().stream().map(x -> 1 - x).toList();
        return new Evaluation.Rank(
                rank.rank(),
                new Evaluation.Score(
                        100 - rank.overall().percent(), 0, rank.overall().items()),
                rank.classes().stream()
                        .map(each -> new Evaluation.ClassScore(
                                each.name(),
                                new Evaluation.Score(
                                        100 - each.score().percent(),
                                        0,
                                        each.score().items())))
                        .toList(),
                predictions,
                null);
    }
}

package dev.parity.statistics;

import static dev.parity.statistics.Edits.norms;
import static dev.parity.statistics.Edits.steps;
import static dev.parity.statistics.Judging.gate;
import static dev.parity.statistics.Judging.judge;
import static dev.parity.statistics.Traces.each;
import static dev.parity.statistics.Traces.edit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.trace.Evaluation;
import dev.parity.trace.Provenance;
import dev.parity.trace.RunTrace;
import dev.parity.trace.ScaleEvent;
import dev.parity.trace.StepRecord;
import dev.parity.trace.TraceRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Edits planted by hand in the candidates' traces of eight seeds: none may pass. Those that only a statistical
/// detector can see (lag, shuffled or frozen losses, collapsed routing) are not here.
final class EditsTest {
    private static final List<RunTrace> RUNS = IntStream.rangeClosed(1, 8)
            .mapToObj(seed -> Traces.run(seed, UnaryOperator.identity()))
            .toList();

    @ParameterizedTest
    @MethodSource({"dev.parity.statistics.Edits#ofWhatIsRecorded", "dev.parity.statistics.EditsOfWhatAgrees#edits"})
    void anEditOfEveryCandidateDoesNotPass(UnaryOperator<List<TraceRecord>> edit, String gate, Verdict verdict) {
        List<Pair> pairs =
                RUNS.stream().map(run -> new Pair(run, edit(run, edit))).toList();
        ParityResult result = new Comparison(pairs, Margins.DEFAULT, Map.of()).judge();
        assertThat(gate(result, gate).verdict())
                .as(gate(result, gate).sentence())
                .isEqualTo(verdict);
        assertThat(result.verdict()).isIn(Verdict.INCONCLUSIVE, Verdict.FAIL);
    }

    @ParameterizedTest
    @MethodSource({"dev.parity.statistics.Edits#ofWhatIsRecorded", "dev.parity.statistics.EditsOfWhatAgrees#edits"})
    void anEditOfOneOfEightReferencesDoesNotPassEither(
            UnaryOperator<List<TraceRecord>> edit, String gate, Verdict verdict) {
        List<Pair> pairs =
                new ArrayList<>(RUNS.stream().map(run -> new Pair(run, run)).toList());
        pairs.set(5, new Pair(edit(RUNS.get(5), edit), RUNS.get(5)));
        ParityResult result = new Comparison(pairs, Margins.DEFAULT, Map.of()).judge();
        // one layer's norms of one run are for the interval of eight to judge
        if (!gate.equals("gradient-norm")) {
            assertThat(gate(result, gate).verdict()).isIn(Verdict.INCONCLUSIVE, verdict);
        }
        assertThat(result.verdict()).isIn(Verdict.INCONCLUSIVE, Verdict.FAIL);
    }

    @Test
    void withoutAnEditTheEightPass() {
        List<Pair> pairs =
                RUNS.stream().map(run -> new Pair(run, edit(run, r -> r))).toList();
        assertThat(new Comparison(pairs, Margins.DEFAULT, Map.of()).judge().verdict())
                .isEqualTo(Verdict.PASS);
    }

    @Test
    void aReferenceThatContradictsItselfShowsNothing() {
        RunTrace broken = edit(RUNS.getFirst(), each(ScaleEvent.class, e -> e.step() == 160 ? null : e));
        Evidence found = gate(judge(broken, RUNS.getFirst()), "consistency");
        assertThat(found.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(found.sentence())
                .isEqualTo(
                        "the reference itself is broken: seed1: step 160: the scale became 16384.0, without an event");
        assertThat(gate(judge(broken, broken), "consistency").verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void whatIsMissingIsNamedWithItsRunAndPlace() {
        RunTrace less = edit(RUNS.getFirst(), norms(n -> {
            n.remove("fc1.weight");
            return n;
        }));
        assertThat(gate(judge(RUNS.getFirst(), less), "completeness").sentence())
                .isEqualTo("not the same things are recorded, reference against candidate: "
                        + "seed1: gradient norm of fc1.weight at step 2 (true against false)");
    }

    @Test
    void manyThingsThatAreMissingAreCounted() {
        RunTrace bare = edit(RUNS.getFirst(), each(TraceRecord.class, r -> switch (r) {
            case StepRecord s ->
                new StepRecord(
                        s.step(),
                        1,
                        List.of(1.0),
                        s.scale(),
                        s.skipped(),
                        0,
                        new TreeMap<>(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of());
            case Evaluation _ -> null;
            default -> r;
        }));
        assertThat(gate(judge(RUNS.getFirst(), bare), "completeness").sentence())
                .contains("losses of ranks at step 1 (2 against 1); seed1: expert counts at step 1 ([2] against [])")
                .endsWith("; and 3 more");
    }

    @Test
    void aRunWithGapsIsNotWhole() {
        RunTrace run = RUNS.getFirst();
        RunTrace torn = new RunTrace(
                run.name(),
                run.provenance(),
                run.steps(),
                run.losses(),
                run.scaleEvents(),
                run.evaluations(),
                run.notes(),
                List.of("line 17 could not be read"),
                run.end());
        assertThat(judge(run, torn).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(judge(torn, run).headline()).contains("line 17 could not be read");
    }

    @Test
    void theGradientOfASkippedStepMayBeInfinite() {
        RunTrace run = RUNS.getFirst();
        assertThat(run.steps().get(79).skipped()).isTrue();
        RunTrace overflow = edit(run, steps(s -> s.skipped() ? Traces.withNorm(s, Double.POSITIVE_INFINITY) : s));
        assertThat(gate(judge(run, overflow), "non-finite").verdict()).isEqualTo(Verdict.PASS);
    }

    @Test
    void inTrainModeTheClassesAreOfAnotherPass() {
        UnaryOperator<List<TraceRecord>> train = each(
                Evaluation.class,
                e -> new Evaluation(
                        e.step(),
                        "train",
                        e.labels(),
                        e.ranks().stream()
                                .map(r -> new Evaluation.Rank(
                                        r.rank(),
                                        r.overall(),
                                        List.of(
                                                new Evaluation.ClassScore("cat", Evaluation.Score.of(601, 1000)),
                                                new Evaluation.ClassScore("dog", Evaluation.Score.of(578, 1000))),
                                        r.predictions(),
                                        null))
                                .toList()));
        RunTrace run =
                edit(Traces.run(1, Map.of(Provenance.EVALUATION_MODE, "train"), UnaryOperator.identity(), 0.6), train);
        assertThat(gate(judge(run, run), "consistency").verdict()).isEqualTo(Verdict.PASS);
    }
}

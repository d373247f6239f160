package dev.parity.statistics;

import static dev.parity.statistics.Edits.norms;
import static dev.parity.statistics.Edits.steps;
import static dev.parity.statistics.Judging.gate;
import static dev.parity.statistics.Judging.judge;
import static dev.parity.statistics.Judging.only;
import static dev.parity.statistics.Traces.each;
import static dev.parity.statistics.Traces.edit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.trace.Evaluation;
import dev.parity.trace.Provenance;
import dev.parity.trace.RunTrace;
import dev.parity.trace.ScaleEvent;
import dev.parity.trace.StepRecord;
import dev.parity.trace.TraceRecord;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The same edits as in [EditsTest], each before its own gate only, and what that gate says.
final class EditedRunTest {
    private static final RunTrace RUN = Traces.run(1, UnaryOperator.identity());

    private static final List<RunTrace> SEEDS =
            List.of(RUN, Traces.run(2, UnaryOperator.identity()), Traces.run(3, UnaryOperator.identity()));

    @ParameterizedTest
    @MethodSource({"dev.parity.statistics.Edits#ofWhatIsRecorded", "dev.parity.statistics.EditsOfWhatAgrees#edits"})
    void itsGateSeesAnEdit(UnaryOperator<List<TraceRecord>> edit, String gate, Verdict verdict) {
        List<Pair> pairs =
                SEEDS.stream().map(run -> new Pair(run, edit(run, edit))).toList();
        assertThat(only(gate, pairs, Map.of()).verdict()).isEqualTo(verdict);
        List<Pair> same = SEEDS.stream().map(run -> new Pair(run, run)).toList();
        assertThat(only(gate, same, Map.of()).verdict()).isEqualTo(Verdict.PASS);
    }

    @Test
    void aReferenceThatContradictsItselfShowsNothing() {
        RunTrace broken = edit(RUN, each(ScaleEvent.class, e -> e.step() == 160 ? null : e));
        Evidence found = only("consistency", broken, RUN);
        assertThat(found.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(found.sentence())
                .isEqualTo(
                        "the reference itself is broken: seed1: step 160: the scale became 16384.0, without an event");
        assertThat(only("consistency", broken, broken).verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void whatIsMissingIsNamedWithItsRunAndPlace() {
        RunTrace less = edit(RUN, norms(n -> {
            n.remove("fc1.weight");
            return n;
        }));
        assertThat(only("completeness", RUN, less).sentence())
                .isEqualTo("not the same things are recorded, reference against candidate: "
                        + "seed1: gradient norm of fc1.weight at step 2 (true against false)");
    }

    @Test
    void manyThingsThatAreMissingAreCounted() {
        RunTrace bare = edit(RUN, each(TraceRecord.class, r -> switch (r) {
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
        assertThat(only("completeness", RUN, bare).sentence())
                .contains("losses of ranks at step 1 (2 against 1); seed1: expert counts at step 1 ([2] against [])")
                .endsWith("; and 3 more");
    }

    @Test
    void aRunWithGapsIsNotWhole() {
        RunTrace run = RUN;
        RunTrace torn = new RunTrace(
                run.name(),
                run.provenance(),
                run.steps(),
                run.points(),
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
        RunTrace run = RUN;
        assertThat(run.steps().get(79).skipped()).isTrue();
        RunTrace overflow = edit(run, steps(s -> s.skipped() ? Traces.withNorm(s, Double.POSITIVE_INFINITY) : s));
        assertThat(only("non-finite", run, overflow).verdict()).isEqualTo(Verdict.PASS);
    }

    @Test
    void routingThatGivesTheCountsAgrees() {
        RunTrace run = edit(RUN, EditsOfWhatAgrees.routed(List.of(0, 1), List.of(0, -1), 1));
        assertThat(only("consistency", run, run).verdict()).isEqualTo(Verdict.PASS);
    }

    // the counts of a top-2 gate may hold first choices only; its drops are of all choices
    @Test
    void secondChoicesMayGoUncounted() {
        RunTrace run = edit(RUN, EditsOfWhatAgrees.routed(List.of(0, 1, 1, 1), List.of(-1, -1, -1, 0), 3));
        assertThat(only("consistency", run, run).verdict()).isEqualTo(Verdict.PASS);
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
        assertThat(only("consistency", run, run).verdict()).isEqualTo(Verdict.PASS);
    }
}

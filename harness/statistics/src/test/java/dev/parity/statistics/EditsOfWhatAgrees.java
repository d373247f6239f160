package dev.parity.statistics;

import static dev.parity.statistics.Edits.copy;
import static dev.parity.statistics.Edits.event;
import static dev.parity.statistics.Edits.planted;
import static dev.parity.statistics.Edits.put;
import static dev.parity.statistics.Edits.ranks;
import static dev.parity.statistics.Edits.steps;
import static dev.parity.statistics.Traces.each;

import dev.parity.trace.Evaluation;
import dev.parity.trace.ScaleEvent;
import dev.parity.trace.StepRecord;
import dev.parity.trace.TraceRecord;
import java.util.List;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/// Edits after which a trace contradicts itself, each with the gate that must see it.
final class EditsOfWhatAgrees {
    private EditsOfWhatAgrees() {}

    /// Two tokens a step, of which each expert gets one; one is dropped.
    static UnaryOperator<List<TraceRecord>> routed(List<Integer> expert, List<Integer> slot, int dropped) {
        return steps(s -> new StepRecord(
                s.step(),
                s.epoch(),
                s.loss(),
                s.scale(),
                s.skipped(),
                s.lr(),
                s.gradNorm(),
                List.of(List.of(1, 1)),
                List.of(dropped),
                s.replicas(),
                List.of(new StepRecord.Routing(0, 0, expert, slot, List.of(0.5, 0.5)))));
    }

    static Stream<Arguments> edits() {
        Verdict fail = Verdict.FAIL;
        return Stream.of(
                planted("no scale events", "consistency", fail, each(ScaleEvent.class, e -> null)),
                planted(
                        "an overflow's event deleted",
                        "consistency",
                        fail,
                        each(ScaleEvent.class, e -> e.step() == 160 ? null : e)),
                planted(
                        "a growth's event deleted",
                        "consistency",
                        fail,
                        each(ScaleEvent.class, e -> e.step() == 51 ? null : e)),
                planted(
                        "an event moved by a step",
                        "consistency",
                        fail,
                        each(
                                ScaleEvent.class,
                                e -> event(e, e.step() + (e.step() == 160 ? 1 : 0), e.kind(), e.from(), e.to()))),
                planted(
                        "the last event moved past the end",
                        "consistency",
                        fail,
                        each(ScaleEvent.class, e -> e.step() == 400 ? event(e, 401, e.kind(), e.from(), e.to()) : e)),
                planted(
                        "the last event deleted",
                        "consistency",
                        fail,
                        each(ScaleEvent.class, e -> e.step() == 400 ? null : e)),
                planted(
                        "an event twice",
                        "consistency",
                        fail,
                        each(
                                ScaleEvent.class,
                                e -> event(e, e.step() == 131 ? 160 : e.step(), e.kind(), e.from(), e.to()))),
                planted(
                        "events of another kind",
                        "consistency",
                        fail,
                        each(
                                ScaleEvent.class,
                                e -> event(
                                        e,
                                        e.step(),
                                        e.kind() == ScaleEvent.Kind.GREW
                                                ? ScaleEvent.Kind.REDUCED
                                                : ScaleEvent.Kind.GREW,
                                        e.from(),
                                        e.to()))),
                planted(
                        "hysteresis that lowers the scale",
                        "consistency",
                        fail,
                        each(
                                ScaleEvent.class,
                                e -> event(
                                        e,
                                        e.step(),
                                        e.kind() == ScaleEvent.Kind.GREW ? e.kind() : ScaleEvent.Kind.HYSTERESIS,
                                        e.from(),
                                        e.to()))),
                planted(
                        "events from other scales",
                        "consistency",
                        fail,
                        each(ScaleEvent.class, e -> event(e, e.step(), e.kind(), 2 * e.from(), e.to()))),
                planted(
                        "events to other scales",
                        "consistency",
                        fail,
                        each(ScaleEvent.class, e -> event(e, e.step(), e.kind(), e.from(), 2 * e.to()))),
                planted(
                        "overflows not skipped",
                        "consistency",
                        fail,
                        steps(s -> new StepRecord(
                                s.step(),
                                s.epoch(),
                                s.loss(),
                                s.scale(),
                                false,
                                s.lr(),
                                s.skipped() ? put(new TreeMap<>(s.gradNorm()), StepRecord.GLOBAL, 1) : s.gradNorm(),
                                s.expertCounts(),
                                s.dropped(),
                                s.replicas(),
                                s.routing()))),
                planted(
                        "class scores swapped",
                        "consistency",
                        fail,
                        ranks(r -> new Evaluation.Rank(
                                r.rank(),
                                r.overall(),
                                List.of(
                                        new Evaluation.ClassScore(
                                                "cat", r.classes().get(1).score()),
                                        new Evaluation.ClassScore(
                                                "dog", r.classes().get(0).score())),
                                r.predictions(),
                                null))),
                planted(
                        "a score above its predictions",
                        "consistency",
                        fail,
                        ranks(r -> new Evaluation.Rank(
                                r.rank(),
                                new Evaluation.Score(r.overall().percent() + 0.05, 0, 2000),
                                r.classes(),
                                r.predictions(),
                                null))),
                planted(
                        "a score below its predictions",
                        "consistency",
                        fail,
                        ranks(r -> new Evaluation.Rank(
                                r.rank(),
                                new Evaluation.Score(r.overall().percent() - 0.05, 0, 2000),
                                r.classes(),
                                r.predictions(),
                                null))),
                planted(
                        "a score of other items",
                        "consistency",
                        fail,
                        ranks(r -> new Evaluation.Rank(
                                r.rank(),
                                new Evaluation.Score(r.overall().percent(), 0, 1999),
                                r.classes(),
                                r.predictions(),
                                null))),
                planted(
                        "predictions cut",
                        "consistency",
                        fail,
                        ranks(r -> new Evaluation.Rank(
                                r.rank(),
                                r.overall(),
                                r.classes(),
                                r.predictions().subList(0, 1999),
                                null))),
                planted(
                        "a rank evaluated twice",
                        "consistency",
                        fail,
                        each(
                                Evaluation.class,
                                e -> new Evaluation(
                                        e.step(),
                                        e.mode(),
                                        e.labels(),
                                        List.of(e.ranks().get(0), e.ranks().get(0))))),
                planted(
                        "evaluated in another mode",
                        "consistency",
                        fail,
                        each(Evaluation.class, e -> new Evaluation(e.step(), "train", e.labels(), e.ranks()))),
                planted(
                        "tokens lost",
                        "consistency",
                        fail,
                        steps(s -> copy(s, s.gradNorm(), s.step() == 300 ? List.of(List.of(8, 7)) : s.expertCounts()))),
                planted("routing that drops others", "consistency", fail, routed(List.of(0, 1), List.of(0, -1), 0)),
                planted("routing to other experts", "consistency", fail, routed(List.of(0, 0), List.of(0, -1), 1)),
                planted("routing to no expert", "consistency", fail, routed(List.of(0, 2), List.of(0, -1), 1)),
                planted("routing to an expert below 0", "consistency", fail, routed(List.of(0, -1), List.of(0, -1), 1)),
                planted(
                        "more drops than tokens",
                        "consistency",
                        fail,
                        steps(s -> new StepRecord(
                                s.step(),
                                s.epoch(),
                                s.loss(),
                                s.scale(),
                                s.skipped(),
                                s.lr(),
                                s.gradNorm(),
                                s.expertCounts(),
                                List.of(17),
                                s.replicas(),
                                s.routing()))));
    }
}

package dev.parity.statistics;

import static dev.parity.statistics.Traces.each;
import static dev.parity.statistics.Traces.edit;
import static org.junit.jupiter.api.Named.named;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.parity.trace.Evaluation;
import dev.parity.trace.ScaleEvent;
import dev.parity.trace.StepRecord;
import dev.parity.trace.TraceRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/// Edits of a candidate's trace, each with the gate that must see it and what that gate must say of a
/// candidate.
final class Edits {
    private Edits() {}

    static Arguments planted(String name, String gate, Verdict verdict, UnaryOperator<List<TraceRecord>> edit) {
        return arguments(named(name, edit), gate, verdict);
    }

    static UnaryOperator<List<TraceRecord>> steps(UnaryOperator<StepRecord> change) {
        return each(StepRecord.class, change);
    }

    static UnaryOperator<List<TraceRecord>> norms(UnaryOperator<SortedMap<String, Double>> change) {
        return steps(s -> s.step() == 1 ? s : copy(s, change.apply(new TreeMap<>(s.gradNorm())), s.expertCounts()));
    }

    static StepRecord copy(StepRecord s, SortedMap<String, Double> norms, List<List<Integer>> counts) {
        return new StepRecord(
                s.step(),
                s.epoch(),
                s.loss(),
                s.scale(),
                s.skipped(),
                s.lr(),
                norms,
                counts,
                s.dropped(),
                s.replicas(),
                s.routing());
    }

    static UnaryOperator<List<TraceRecord>> ranks(UnaryOperator<Evaluation.Rank> change) {
        return each(
                Evaluation.class,
                e -> new Evaluation(
                        e.step(),
                        e.mode(),
                        e.labels(),
                        e.ranks().stream().map(change).toList()));
    }

    static ScaleEvent event(ScaleEvent e, long step, ScaleEvent.Kind kind, double from, double to) {
        return new ScaleEvent(e.epoch(), step, true, kind, from, to, null);
    }

    static SortedMap<String, Double> put(SortedMap<String, Double> norms, String name, double value) {
        norms.put(name, value);
        return norms;
    }

    /// What is missing, or is no number.
    static Stream<Arguments> ofWhatIsRecorded() {
        Verdict open = Verdict.INCONCLUSIVE;
        Verdict fail = Verdict.FAIL;
        return Stream.of(
                planted("no evaluation", "completeness", open, each(Evaluation.class, e -> null)),
                planted(
                        "no labels",
                        "completeness",
                        open,
                        each(Evaluation.class, e -> new Evaluation(e.step(), e.mode(), List.of(), e.ranks()))),
                planted(
                        "no predictions",
                        "completeness",
                        open,
                        ranks(r -> new Evaluation.Rank(r.rank(), r.overall(), r.classes(), List.of(), null))),
                planted(
                        "a class missing",
                        "completeness",
                        open,
                        ranks(r -> new Evaluation.Rank(
                                r.rank(), r.overall(), r.classes().subList(0, 1), r.predictions(), null))),
                planted(
                        "no replica checks",
                        "completeness",
                        open,
                        steps(s -> Traces.with(s, s.loss(), s.scale(), s.lr(), Traces.norm(s), List.of()))),
                planted(
                        "a replica check missing",
                        "completeness",
                        open,
                        steps(s -> s.step() == 200
                                ? Traces.with(s, s.loss(), s.scale(), s.lr(), Traces.norm(s), List.of())
                                : s)),
                planted(
                        "a checksum of one rank missing",
                        "completeness",
                        open,
                        steps(s -> Traces.with(
                                s,
                                s.loss(),
                                s.scale(),
                                s.lr(),
                                Traces.norm(s),
                                s.replicas().stream().limit(1).toList()))),
                planted("no gradient norms", "completeness", open, norms(_ -> new TreeMap<>())),
                planted("a gradient norm missing", "completeness", open, norms(n -> {
                    n.remove("fc1.weight");
                    return n;
                })),
                planted("no expert counts", "completeness", open, steps(s -> copy(s, s.gradNorm(), List.of()))),
                planted(
                        "no drops",
                        "completeness",
                        open,
                        steps(s -> new StepRecord(
                                s.step(),
                                s.epoch(),
                                s.loss(),
                                s.scale(),
                                s.skipped(),
                                s.lr(),
                                s.gradNorm(),
                                s.expertCounts(),
                                List.of(),
                                s.replicas(),
                                s.routing()))),
                planted(
                        "routing on one side",
                        "completeness",
                        open,
                        steps(s -> new StepRecord(
                                s.step(),
                                s.epoch(),
                                s.loss(),
                                s.scale(),
                                s.skipped(),
                                s.lr(),
                                s.gradNorm(),
                                s.expertCounts(),
                                s.dropped(),
                                s.replicas(),
                                List.of(new StepRecord.Routing(0, 0, List.of(1), List.of(0), List.of(0.5)))))),
                planted(
                        "the loss of one rank missing",
                        "completeness",
                        open,
                        steps(s -> Traces.withLoss(s, s.loss().subList(0, 1)))),
                planted(
                        "no learning rates",
                        "completeness",
                        open,
                        steps(s -> Traces.with(s, s.loss(), s.scale(), 0, Traces.norm(s), s.replicas()))),
                planted("no end", "length", open, each(TraceRecord.End.class, e -> null)),
                planted("stopped halfway", "length", open, records -> records.subList(0, records.size() / 2)),
                planted("a shorter run", "length", fail, each(TraceRecord.class, r -> switch (r) {
                    case StepRecord s -> s.step() > 300 ? null : s;
                    case ScaleEvent e -> e.step() > 300 ? null : e;
                    case TraceRecord.End e -> new TraceRecord.End(300, e.digest());
                    default -> r;
                })),
                planted(
                        "an end that counts other steps",
                        "consistency",
                        fail,
                        each(TraceRecord.End.class, e -> new TraceRecord.End(399, e.digest()))),
                planted("a step missing", "consistency", fail, steps(s -> s.step() == 210 ? null : s)),
                planted("a step repeated", "consistency", fail, records -> {
                    List<TraceRecord> twice = new ArrayList<>(records);
                    twice.add(100, records.get(99));
                    return twice;
                }),
                planted(
                        "a loss of a rank NaN",
                        "non-finite",
                        fail,
                        steps(s -> s.step() == 9 ? Traces.withLoss(s, List.of(1.0, Double.NaN)) : s)),
                planted(
                        "a layer's norms NaN after step 1",
                        "non-finite",
                        fail,
                        norms(n -> put(n, "fc1.weight", Double.NaN))),
                planted(
                        "a layer's norm infinite once",
                        "non-finite",
                        fail,
                        steps(s -> s.step() == 9 ? Traces.withNorm(s, Double.POSITIVE_INFINITY) : s)),
                planted(
                        "a rate NaN",
                        "non-finite",
                        fail,
                        steps(s -> s.step() == 9
                                ? Traces.with(s, s.loss(), s.scale(), Double.NaN, Traces.norm(s), s.replicas())
                                : s)),
                planted(
                        "a scale infinite",
                        "non-finite",
                        fail,
                        steps(s -> s.step() == 9
                                ? Traces.with(
                                        s, s.loss(), Double.POSITIVE_INFINITY, s.lr(), Traces.norm(s), s.replicas())
                                : s)),
                planted(
                        "a score NaN",
                        "non-finite",
                        fail,
                        ranks(r -> new Evaluation.Rank(
                                r.rank(),
                                new Evaluation.Score(Double.NaN, 0, 2000),
                                r.classes(),
                                r.predictions(),
                                null))),
                planted(
                        "a class's score NaN",
                        "non-finite",
                        fail,
                        ranks(r -> new Evaluation.Rank(
                                r.rank(),
                                r.overall(),
                                List.of(
                                        r.classes().get(0),
                                        new Evaluation.ClassScore("dog", new Evaluation.Score(Double.NaN, 0, 1000))),
                                r.predictions(),
                                null))),
                planted(
                        "a margin NaN",
                        "non-finite",
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
                                s.dropped(),
                                s.replicas(),
                                List.of(new StepRecord.Routing(0, 0, List.of(1), List.of(0), List.of(Double.NaN)))))),
                planted(
                        "a layer's norms zero after step 1",
                        "gradient-norm",
                        fail,
                        norms(n -> put(n, "fc1.weight", 0))),
                planted(
                        "a layer's norms doubled after step 1",
                        "gradient-norm",
                        fail,
                        norms(n -> put(n, "fc1.weight", 2 * n.get("fc1.weight")))));
    }
}

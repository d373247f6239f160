package dev.parity.statistics.gates;

import dev.parity.statistics.Alignment;
import dev.parity.statistics.Evidence;
import dev.parity.statistics.Gate;
import dev.parity.statistics.Margins;
import dev.parity.statistics.Position;
import dev.parity.statistics.Verdict;
import dev.parity.trace.Evaluation;
import dev.parity.trace.Point;
import dev.parity.trace.RunTrace;
import dev.parity.trace.Series;
import dev.parity.trace.StepRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// No recorded number may be NaN or infinite: losses of every rank, gradient norms, scales, rates,
/// margins of the routing, scores. A NaN of the reference excuses none of the candidate. Only the
/// gradient norms of a skipped step may: they are why it was skipped.
public record NonFiniteGate() implements Gate {
    private static final int NAMED = 10;

    @Override
    public String id() {
        return "non-finite";
    }

    @Override
    public Evidence judge(List<Alignment> pairs, Margins margins) {
        Count reference = new Count();
        Count candidate = new Count();
        if (pairs.stream()
                .anyMatch(pair -> pair.reference().losses().isEmpty()
                        || pair.candidate().losses().isEmpty())) {
            return notJudged("a side has no loss at all");
        }
        for (Alignment pair : pairs) {
            reference.add(pair.reference());
            candidate.add(pair.candidate());
        }
        if (candidate.total() > 0) {
            return rule(
                    Verdict.FAIL,
                    "the candidate has %s, the reference %s; the first is %s"
                            .formatted(candidate, reference, candidate.origins.getFirst()),
                    candidate.origins);
        }
        if (reference.total() > 0) {
            return rule(
                    Verdict.INCONCLUSIVE,
                    "the reference itself is broken: %s; the first is %s"
                            .formatted(reference, reference.origins.getFirst()),
                    reference.origins);
        }
        return rule(Verdict.PASS, "every recorded number is finite on both sides");
    }

    private static final class Count {
        private final List<String> origins = new ArrayList<>();
        private int nan;
        private int plus;
        private int minus;

        void add(RunTrace run) {
            for (StepRecord step : run.steps()) {
                step(run, step);
            }
            if (run.steps().isEmpty()) {
                logged(run);
            }
            for (Evaluation evaluation : run.evaluations()) {
                for (Evaluation.Rank rank : evaluation.ranks()) {
                    String where = "the accuracy of rank %d in %s".formatted(rank.rank(), run.name());
                    // a log may lack a figure; that is for completeness to say
                    if (rank.overall().items() > 0 || !run.steps().isEmpty()) {
                        add(rank.overall().percent(), where, run.name());
                    }
                    rank.classes().forEach(each -> add(each.score().percent(), where, run.name()));
                }
            }
        }

        private void logged(RunTrace run) {
            Set<Position> skipped = run.series(Series.SKIPPED).stream()
                    .filter(point -> point.value() != 0)
                    .map(Position::of)
                    .collect(Collectors.toSet());
            for (Point point : run.points()) {
                boolean norm = Series.isGradientNorm(point.series());
                if (!norm || !skipped.contains(Position.of(point))) {
                    String what =
                            norm ? "the gradient norm of " + Series.parameter(point.series()) : "the " + point.series();
                    add(point.value(), what, run.origin(point));
                }
            }
        }

        private void step(RunTrace run, StepRecord step) {
            String origin = run.origin(step.step());
            for (int rank = 0; rank < step.loss().size(); rank++) {
                add(step.loss().get(rank), "the loss of rank " + rank, origin);
            }
            if (!step.skipped()) {
                step.gradNorm().forEach((name, norm) -> add(norm, "the gradient norm of " + name, origin));
            }
            add(step.scale(), "the loss scale", origin);
            add(step.lr(), "the learning rate", origin);
            step.routing()
                    .forEach(each -> each.margin().forEach(margin -> add(margin, "a margin of the routing", origin)));
        }

        private void add(double value, String what, String origin) {
            if (Double.isFinite(value)) {
                return;
            }
            nan += Double.isNaN(value) ? 1 : 0;
            plus += value == Double.POSITIVE_INFINITY ? 1 : 0;
            minus += value == Double.NEGATIVE_INFINITY ? 1 : 0;
            if (origins.size() < NAMED) {
                origins.add("%s (%s)".formatted(origin, what));
            }
        }

        int total() {
            return nan + plus + minus;
        }

        @Override
        public String toString() {
            return "%d NaN, %d +Inf, %d -Inf".formatted(nan, plus, minus);
        }
    }
}

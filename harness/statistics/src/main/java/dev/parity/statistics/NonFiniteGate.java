package dev.parity.statistics;

import dev.parity.trace.LossPoint;
import dev.parity.trace.RunTrace;
import java.util.ArrayList;
import java.util.List;

/// No loss may be NaN or infinite; a NaN of the reference excuses none of the candidate.
record NonFiniteGate() implements Gate {
    private static final String ID = "non-finite";

    @Override
    public Evidence judge(List<Pair> pairs, Comparability comparability) {
        List<String> origins = new ArrayList<>();
        Count reference = new Count();
        Count candidate = new Count();
        if (pairs.stream()
                .anyMatch(pair -> pair.reference().losses().isEmpty()
                        || pair.candidate().losses().isEmpty())) {
            return Evidence.rule(ID, Verdict.NOT_JUDGED, "a side has no loss at all", List.of());
        }
        for (Pair pair : pairs) {
            reference.add(pair.reference(), origins);
            candidate.add(pair.candidate(), origins);
        }
        if (candidate.total() > 0) {
            return Evidence.rule(
                    ID,
                    Verdict.FAIL,
                    "losses of the candidate: %s; of the reference: %s".formatted(candidate, reference),
                    origins);
        }
        if (reference.total() > 0) {
            return Evidence.rule(
                    ID, Verdict.INCONCLUSIVE, "the reference itself is broken: %s".formatted(reference), origins);
        }
        return Evidence.rule(ID, Verdict.PASS, "every loss is finite on both sides", List.of());
    }

    private static final class Count {
        private int nan;
        private int plus;
        private int minus;

        void add(RunTrace run, List<String> origins) {
            for (LossPoint point : run.losses()) {
                double value = point.value();
                nan += Double.isNaN(value) ? 1 : 0;
                plus += value == Double.POSITIVE_INFINITY ? 1 : 0;
                minus += value == Double.NEGATIVE_INFINITY ? 1 : 0;
                if (!Double.isFinite(value) && origins.size() < 10) {
                    origins.add(Origins.of(run, point));
                }
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

package dev.parity.statistics;

import dev.parity.trace.Provenance;
import dev.parity.trace.RunTrace;
import java.util.ArrayList;
import java.util.List;

/// Both sides must have taken the same number of steps, and come to their end.
record LengthGate() implements Gate {
    private static final String ID = "length";

    @Override
    public Evidence judge(List<Pair> pairs, Comparability comparability) {
        List<String> cut = new ArrayList<>();
        for (Pair pair : pairs) {
            RunTrace reference = pair.reference();
            RunTrace candidate = pair.candidate();
            if (isLog(reference) || isLog(candidate)) {
                return Evidence.rule(
                        ID,
                        Verdict.NOT_JUDGED,
                        "a log does not say how long the run was; %d losses are common to both"
                                .formatted(pair.losses().size()),
                        List.of());
            }
            for (RunTrace run : List.of(reference, candidate)) {
                if (run.steps().isEmpty() || run.end().isEmpty()) {
                    cut.add("%s ends after step %d".formatted(run.name(), last(run)));
                }
            }
            long a = last(reference);
            long b = last(candidate);
            boolean ended = reference.end().isPresent() && candidate.end().isPresent();
            if (ended && a != b) {
                return Evidence.rule(
                        ID,
                        Verdict.FAIL,
                        "the reference took %d steps, the candidate %d".formatted(a, b),
                        List.of(reference.name(), candidate.name()));
            }
        }
        return cut.isEmpty()
                ? Evidence.rule(ID, Verdict.PASS, "both sides took the same number of steps", List.of())
                : Evidence.rule(
                        ID, Verdict.INCONCLUSIVE, "not whole: " + String.join("; ", cut) + "; record to the end", cut);
    }

    private static boolean isLog(RunTrace run) {
        return !run.provenance().source().equals(Provenance.RECORDED);
    }

    private static long last(RunTrace run) {
        return run.steps().isEmpty() ? 0 : run.steps().getLast().step();
    }
}

package dev.parity.statistics.gates;

import dev.parity.statistics.Alignment;
import dev.parity.statistics.Evidence;
import dev.parity.statistics.Gate;
import dev.parity.statistics.Margins;
import dev.parity.statistics.Position;
import dev.parity.statistics.Verdict;
import dev.parity.trace.RunTrace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// Both sides must be whole and have taken the same number of steps; two logs must print their losses at
/// the same steps, since a log does not say how long its run was.
public record LengthGate() implements Gate {
    @Override
    public String id() {
        return "length";
    }

    @Override
    public Evidence judge(List<Alignment> pairs, Margins margins) {
        List<String> cut = new ArrayList<>();
        List<String> unequal = new ArrayList<>();
        int logs = 0;
        for (Alignment pair : pairs) {
            RunTrace reference = pair.reference();
            RunTrace candidate = pair.candidate();
            for (RunTrace run : List.of(reference, candidate)) {
                cut.addAll(run.gaps());
                boolean open = run.gaps().isEmpty() && run.end().isEmpty() && !run.isLog();
                if (open || (run.steps().isEmpty() && run.losses().isEmpty())) {
                    cut.add("%s ends after step %d".formatted(run.name(), last(run)));
                }
            }
            if (reference.isLog() || candidate.isLog()) {
                logs++;
                oneSided(pair).ifPresent(cut::add);
            } else if (reference.end().isPresent()
                    && candidate.end().isPresent()
                    && last(reference) != last(candidate)) {
                unequal.add(
                        "the reference took %d steps, the candidate %d".formatted(last(reference), last(candidate)));
            }
        }
        if (!unequal.isEmpty()) {
            return rule(Verdict.FAIL, unequal.getFirst(), unequal);
        }
        if (!cut.isEmpty()) {
            return rule(
                    Verdict.INCONCLUSIVE, "not whole: " + String.join("; ", cut) + "; both runs are needed whole", cut);
        }
        return rule(
                Verdict.PASS,
                logs == 0
                        ? "both sides took the same number of steps"
                        : "both logs print their losses at the same steps");
    }

    /// Says which losses only one of two logs has.
    private static Optional<String> oneSided(Alignment pair) {
        SortedSet<Position> reference = Position.of(pair.reference().losses());
        SortedSet<Position> candidate = Position.of(pair.candidate().losses());
        SortedSet<Position> single = new TreeSet<>(reference);
        single.addAll(candidate);
        single.removeIf(position -> reference.contains(position) && candidate.contains(position));
        return single.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "the reference has %d losses, the candidate %d, and %d stand on one side only, the first at %s"
                                .formatted(reference.size(), candidate.size(), single.size(), single.first()));
    }

    private static long last(RunTrace run) {
        return run.steps().isEmpty() ? 0 : run.steps().getLast().step();
    }
}

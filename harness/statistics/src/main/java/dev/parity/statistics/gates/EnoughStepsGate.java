package dev.parity.statistics.gates;

import dev.parity.statistics.Alignment;
import dev.parity.statistics.Evidence;
import dev.parity.statistics.Gate;
import dev.parity.statistics.Margin;
import dev.parity.statistics.Margins;
import dev.parity.statistics.Verdict;
import java.util.List;

/// Both sides ran long enough: a rule of published profiles. A log's steps are those that it prints last.
public record EnoughStepsGate() implements Gate {
    private static final Margin MARGIN = new Margin("enoughSteps", "fewest steps of a run", 0);

    @Override
    public String id() {
        return "enough-steps";
    }

    @Override
    public List<Margin> margins() {
        return List.of(MARGIN);
    }

    @Override
    public Evidence judge(List<Alignment> pairs, Margins margins) {
        long needed = Math.round(margins.of(MARGIN));
        long fewest = pairs.stream()
                .mapToLong(pair -> pair.losses().isEmpty()
                        ? 0
                        : pair.losses().getLast().reference().step())
                .min()
                .orElse(0);
        return rule(
                fewest >= needed ? Verdict.PASS : Verdict.INCONCLUSIVE,
                "the last loss that both sides have is of step %d; the rule asks for %d".formatted(fewest, needed));
    }
}

package dev.parity.statistics.gates;

import dev.parity.statistics.Alignment;
import dev.parity.statistics.Evidence;
import dev.parity.statistics.Gate;
import dev.parity.statistics.Margin;
import dev.parity.statistics.Margins;
import dev.parity.statistics.Verdict;
import dev.parity.statistics.detectors.ClassProfile;
import java.util.List;
import java.util.Optional;

/// No two classes change places: the candidate's predictions do not fit the labels better with two classes swapped;
/// without predictions, its class accuracies do not fit the reference's better so.
public record ClassSwapGate() implements Gate {
    private static final Margin MARGIN =
            new Margin("classSwap", "percentage points that swapping two classes brings both nearer, each", 0);
    /// The best of all swaps gains by chance, too.
    private static final double SIGMAS = 4;

    @Override
    public String id() {
        return "class-swap";
    }

    @Override
    public List<Margin> margins() {
        return List.of(MARGIN);
    }

    @Override
    public Evidence judge(List<Alignment> pairs, Margins margins) {
        Optional<ClassProfile> profile = ClassProfile.of(pairs);
        if (profile.isEmpty()) {
            return notJudged("no accuracies of classes are recorded on both sides");
        }
        ClassProfile.Swap best = profile.get().bestSwap();
        double bound = Math.max(margins.of(MARGIN), SIGMAS * ClassProfile.standardError(pairs));
        boolean swapped = best.gain() > bound;
        return rule(
                swapped ? Verdict.FAIL : Verdict.PASS,
                swapped
                        ? "the candidate fits better by %.1f pp a class if %s and %s change places"
                                .formatted(best.gain(), best.first(), best.second())
                        : "no two classes change places (the best swap, %s and %s, would bring %.1f pp a class)"
                                .formatted(best.first(), best.second(), best.gain()),
                List.of());
    }
}

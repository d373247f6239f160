package dev.parity.statistics.gates;

import dev.parity.statistics.Alignment;
import dev.parity.statistics.Evidence;
import dev.parity.statistics.Gate;
import dev.parity.statistics.Margins;
import dev.parity.statistics.Verdict;
import dev.parity.statistics.detectors.Contradictions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A run must not contradict itself: events, scales and skips, scores and predictions, the end and the
/// steps. And both sides must route the same number of tokens.
///
/// It is a hard rule like the replays, so a candidate that breaks it fails; INVALID is for settings that
/// differ. A reference that breaks it can show nothing: INCONCLUSIVE.
public record ConsistencyGate() implements Gate {
    @Override
    public String id() {
        return "consistency";
    }

    @Override
    public Evidence judge(List<Alignment> pairs, Margins margins) {
        List<String> references = new ArrayList<>();
        List<String> candidates = new ArrayList<>();
        for (Alignment pair : pairs) {
            references.addAll(Contradictions.of(pair.reference()));
            candidates.addAll(Contradictions.of(pair.candidate()));
            tokens(pair).ifPresent(candidates::add);
        }
        if (!candidates.isEmpty()) {
            return rule(
                    Verdict.FAIL, "the candidate contradicts itself or the reference: " + said(candidates), candidates);
        }
        return references.isEmpty()
                ? rule(Verdict.PASS, "no run contradicts itself")
                : rule(Verdict.INCONCLUSIVE, "the reference itself is broken: " + said(references), references);
    }

    private static String said(List<String> found) {
        return found.getFirst() + (found.size() == 1 ? "" : "; and %d more".formatted(found.size() - 1));
    }

    /// Both sides train on the same batches, so each layer sees the same number of tokens.
    private static Optional<String> tokens(Alignment pair) {
        for (Alignment.Steps steps : pair.steps()) {
            int layers = Math.min(
                    steps.reference().expertCounts().size(),
                    steps.candidate().expertCounts().size());
            for (int layer = 0; layer < layers; layer++) {
                long a = Contradictions.tokens(steps.reference(), layer);
                long b = Contradictions.tokens(steps.candidate(), layer);
                if (a != b) {
                    return Optional.of("%s: step %d, layer %d has %d tokens, in the reference %d"
                            .formatted(
                                    pair.candidate().name(), steps.reference().step(), layer, b, a));
                }
            }
        }
        return Optional.empty();
    }
}

package dev.parity.statistics.detectors;

import dev.parity.trace.StepRecord;
import java.util.List;

/// What a step says of its experts, over all MoE layers.
public final class Experts {
    private Experts() {}

    /// Counts tokens that chose another expert, as far as the counts of each layer show: half of the absolute
    /// differences.
    ///
    /// @param reference a step
    /// @param candidate the same step
    /// @return at least 0; layers that one side lacks do not count
    public static long moved(StepRecord reference, StepRecord candidate) {
        long twice = 0;
        for (int layer = 0; layer < layers(reference.expertCounts(), candidate.expertCounts()); layer++) {
            List<Integer> a = reference.expertCounts().get(layer);
            List<Integer> b = candidate.expertCounts().get(layer);
            for (int expert = 0; expert < Math.min(a.size(), b.size()); expert++) {
                twice += Math.abs(a.get(expert) - b.get(expert));
            }
        }
        return (twice + 1) / 2;
    }

    /// Sums the absolute differences of the layers' dropped tokens.
    ///
    /// @param reference a step
    /// @param candidate the same step
    /// @return at least 0
    public static long dropDifference(StepRecord reference, StepRecord candidate) {
        long difference = 0;
        for (int layer = 0; layer < layers(reference.dropped(), candidate.dropped()); layer++) {
            difference += Math.abs(
                    reference.dropped().get(layer) - candidate.dropped().get(layer));
        }
        return difference;
    }

    /// Counts the tokens that found no slot.
    ///
    /// @param step any
    /// @return at least 0
    public static long drops(StepRecord step) {
        return step.dropped().stream().mapToLong(Integer::longValue).sum();
    }

    /// Counts the tokens that chose an expert.
    ///
    /// @param step any
    /// @return at least 0
    public static long tokens(StepRecord step) {
        return step.expertCounts().stream()
                .flatMap(List::stream)
                .mapToLong(Integer::longValue)
                .sum();
    }

    private static int layers(List<?> reference, List<?> candidate) {
        return Math.min(reference.size(), candidate.size());
    }
}

package dev.parity.statistics.tensors;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// How a candidate's tensor is judged beside the reference's. Every tensor gets a severity, a scalar too.
public sealed interface TensorRule {
    /// Judges.
    ///
    /// @param format of both tensors
    /// @param reference its errors against the golden
    /// @param candidate its errors against the golden
    /// @return the statistic that is nearest to its limit, or farthest beyond
    Finding judge(NumberFormat format, TensorErrors reference, TensorErrors candidate);

    /// What a rule found.
    ///
    /// @param severity statistic over limit: beyond 1 the rule is broken
    /// @param statistic what was measured, with its value and limit
    record Finding(double severity, String statistic) {
        static Finding of(String name, double value, double limit) {
            return new Finding(value / limit, "%s %.3g of %.3g".formatted(name, value, limit));
        }

        static Finding worst(List<Finding> findings) {
            return findings.stream()
                    .max(Comparator.comparingDouble(Finding::severity))
                    .orElseThrow();
        }
    }

    /// The double benchmark: ratios of the candidate's errors to the reference's, or to the format's floor where that
    /// one is less.
    ///
    /// @param max limit of the ratio of the largest relative errors
    /// @param mean limit of the ratio of the mean relative errors
    /// @param rms limit of the ratio of the root mean square errors
    /// @param small limit of the ratio of the shares of small values that are off
    record DoubleBenchmark(double max, double mean, double rms, double small) implements TensorRule {
        @Override
        public Finding judge(NumberFormat format, TensorErrors reference, TensorErrors candidate) {
            double floor = format.floor();
            return Finding.worst(List.of(
                    Finding.of("max ratio", ratio(candidate.maxRelative(), reference.maxRelative(), floor), max),
                    Finding.of("mean ratio", ratio(candidate.meanRelative(), reference.meanRelative(), floor), mean),
                    Finding.of("rms ratio", ratio(candidate.rootMeanSquare(), reference.rootMeanSquare(), floor), rms),
                    Finding.of(
                            "small-value ratio",
                            ratio(candidate.smallShare(), reference.smallShare(), 1.0 / candidate.elements()),
                            small)));
        }
    }

    /// The double benchmark with errors taken relative to the tensor's size, so that neither the loss scale nor an
    /// element that cancelled changes the answer.
    ///
    /// @param max limit of the ratio of the largest errors
    /// @param mean limit of the ratio of the mean errors
    /// @param rms limit of the ratio of the root mean square errors
    record Sized(double max, double mean, double rms) implements TensorRule {
        @Override
        public Finding judge(NumberFormat format, TensorErrors reference, TensorErrors candidate) {
            double floor = format.sizedFloor();
            return Finding.worst(List.of(
                    Finding.of("max ratio", ratio(candidate.maxSized(), reference.maxSized(), floor), max),
                    Finding.of("mean ratio", ratio(candidate.meanSized(), reference.meanSized(), floor), mean),
                    Finding.of("rms ratio", ratio(candidate.rmsSized(), reference.rmsSized(), floor), rms)));
        }
    }

    /// The tensor is not shifted, and does not grow or shrink, by more than the format's bias, chance left aside, or
    /// not by more than a number of times as much as the reference's.
    ///
    /// @param times how many
    /// @param deviations of the mean that are put down to chance
    record Unbiased(double times, double deviations) implements TensorRule {
        @Override
        public Finding judge(NumberFormat format, TensorErrors reference, TensorErrors candidate) {
            double chance = deviations * candidate.rmsSized() / Math.sqrt((double) Math.max(candidate.judged(), 1));
            return Finding.worst(List.of(
                    bias("bias", format, Math.abs(reference.bias()), Math.abs(candidate.bias()), chance),
                    bias("growth", format, Math.abs(reference.growth()), Math.abs(candidate.growth()), chance)));
        }

        private Finding bias(String name, NumberFormat format, double reference, double candidate, double chance) {
            return Finding.of(name, candidate, Math.max(format.bias() + chance, times * reference));
        }
    }

    /// Distances in ulps. It is enough that one of the conditions holds: FP32: mean below 64, at most 5 % beyond 32,
    /// or fewer than the reference's; else at most 0.1 % beyond 1, or fewer than the reference's.
    record Ulp() implements TensorRule {
        @Override
        public Finding judge(NumberFormat format, TensorErrors reference, TensorErrors candidate) {
            List<Finding> ways = new ArrayList<>();
            double mine = candidate.beyondOneUlp();
            double other = reference.beyondOneUlp();
            if (format == NumberFormat.FP32) {
                mine = candidate.beyondManyUlps();
                other = reference.beyondManyUlps();
                ways.add(Finding.of("mean ulps", candidate.meanUlps(), 64));
                ways.add(Finding.of("share beyond 32 ulps", mine, 0.05));
            } else {
                ways.add(Finding.of("share beyond 1 ulp", mine, 0.001));
            }
            if (mine > 0 && other > 0) {
                ways.add(Finding.of("ratio of shares", mine / other, 1));
            }
            return ways.stream()
                    .min(Comparator.comparingDouble(Finding::severity))
                    .orElseThrow();
        }
    }

    /// The mixed tolerance: at least 99 % within atol + rtol·|golden|, and no element beyond both the largest
    /// absolute error and 32 ulps.
    record Mixed() implements TensorRule {
        @Override
        public Finding judge(NumberFormat format, TensorErrors reference, TensorErrors candidate) {
            return candidate.beyondLargest() > 0
                    ? new Finding(
                            Double.POSITIVE_INFINITY,
                            "%d elements beyond %s and 32 ulps".formatted(candidate.beyondLargest(), format.largest()))
                    : Finding.of("share beyond the tolerance", candidate.beyondMixed(), 0.01);
        }
    }

    /// Each element is the golden's rounded to nearest, to the last bit but for the sign of zero.
    record Binary() implements TensorRule {
        @Override
        public Finding judge(NumberFormat format, TensorErrors reference, TensorErrors candidate) {
            return new Finding(
                    candidate.unequal() > 0 ? Double.POSITIVE_INFINITY : 0,
                    "%d of %d elements differ".formatted(candidate.unequal(), candidate.elements()));
        }
    }

    /// The coarse view: a cosine of at least 0.99, and no absolute error beyond 0.001.
    record Cosine() implements TensorRule {
        @Override
        public Finding judge(NumberFormat format, TensorErrors reference, TensorErrors candidate) {
            return Finding.worst(List.of(
                    Finding.of("1 - cosine", 1 - candidate.cosine(), 0.01),
                    Finding.of("max absolute error", candidate.maxAbsolute(), 0.001)));
        }
    }

    private static double ratio(double candidate, double reference, double floor) {
        return candidate / Math.max(reference, floor);
    }
}

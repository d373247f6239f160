package dev.parity.statistics;

/// How much may differ. All settable in a scenario; the defaults are `verdicts.md`'s.
///
/// @param loss relative difference of mean losses
/// @param firstStep relative difference of loss and gradient norms at the first step, where both sides
///     hold equal weights
/// @param gradientNorm relative difference of mean gradient norms
/// @param accuracy percentage points, overall, for one pair of runs
/// @param classAccuracy percentage points, each class, for one pair
/// @param accuracyOfMany percentage points, overall, from 8 seeds on
/// @param classAccuracyOfMany percentage points, each class, from 8 seeds on
/// @param overflowRatio ratio of overflow rates, above 1
public record Margins(
        double loss,
        double firstStep,
        double gradientNorm,
        double accuracy,
        double classAccuracy,
        double accuracyOfMany,
        double classAccuracyOfMany,
        double overflowRatio) {
    /// The defaults.
    public static final Margins DEFAULT = new Margins(0.005, 0.01, 0.10, 3, 10, 1, 4, 2);

    /// Checks that every margin is above 0.
    public Margins {
        for (double margin : new double[] {
            loss,
            firstStep,
            gradientNorm,
            accuracy,
            classAccuracy,
            accuracyOfMany,
            classAccuracyOfMany,
            overflowRatio - 1
        }) {
            if (!(margin > 0)) {
                throw new IllegalArgumentException("margins must be above 0, overflowRatio above 1, found " + margin);
            }
        }
    }

    /// Returns the same margins with another one for the loss.
    ///
    /// @param other relative difference of mean losses
    /// @return the new margins
    public Margins withLoss(double other) {
        return new Margins(
                other,
                firstStep,
                gradientNorm,
                accuracy,
                classAccuracy,
                accuracyOfMany,
                classAccuracyOfMany,
                overflowRatio);
    }
}

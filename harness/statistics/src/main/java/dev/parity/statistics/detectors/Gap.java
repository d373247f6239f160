package dev.parity.statistics.detectors;

import dev.parity.statistics.Alignment;
import dev.parity.statistics.Position;
import java.util.List;

/// How far two losses of one place are apart.
///
/// @param position where
/// @param reference value
/// @param candidate value
/// @param origin where the candidate's value stands
public record Gap(Position position, double reference, double candidate, String origin) {
    /// Reads the losses that both sides have, as means over equally many steps.
    ///
    /// @param pair of runs
    /// @return in order
    public static List<Gap> of(Alignment pair) {
        return pair.losses().stream()
                .filter(points ->
                        points.reference().window() == points.candidate().window())
                .map(points -> new Gap(
                        Position.of(points.reference()),
                        points.reference().value(),
                        points.candidate().value(),
                        pair.candidate().origin(points.candidate())))
                .toList();
    }

    /// Returns the signed gap over the reference.
    ///
    /// @return 0 where both are equal, infinities included; NaN where one is not finite
    public double relative() {
        return reference == candidate ? 0 : (candidate - reference) / Math.abs(reference);
    }

    /// Returns the signed gaps.
    ///
    /// @param gaps any
    /// @return over the reference
    public static double[] relative(List<Gap> gaps) {
        return gaps.stream().mapToDouble(Gap::relative).toArray();
    }

    /// Finds the largest gap.
    ///
    /// @param gaps at least one
    /// @return NaN counts as the largest
    public static Gap largest(List<Gap> gaps) {
        return gaps.stream()
                .max((a, b) -> Double.compare(Math.abs(a.relative()), Math.abs(b.relative())))
                .orElseThrow();
    }
}

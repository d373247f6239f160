package dev.parity.runner;

import dev.parity.spi.NumericMode;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Other ways to round the same training: repeats of a side that measure its noise.
public final class Repeats {
    /// A repeat adds in blocks of so many terms more than the one before it.
    private static final int STEP = 4;

    private Repeats() {}

    /// Chooses other orders of sums: of a model those in which slices of K may arrive, of a processor that is
    /// deterministic blocks; a device that is not needs only to run again.
    ///
    /// @param side to repeat
    /// @param repeats how many
    /// @return as many sides, none of which adds as the given one does
    /// @throws IllegalArgumentException if there is no such backend
    public static List<Scenario.Side> of(Scenario.Side side, int repeats) {
        NumericMode mode = side.numericMode();
        if (mode.matrix() != null) {
            return IntStream.rangeClosed(1, repeats)
                    .mapToObj(seed -> side.with(Map.of("deterministic", false, "arrival", mode.arrival() + seed)))
                    .toList();
        }
        if (!mode.deterministic()) {
            return IntStream.range(0, repeats).mapToObj(_ -> side).toList();
        }
        return IntStream.iterate(STEP, block -> block + STEP)
                .filter(block -> mode.summation() != NumericMode.Summation.BLOCKED || block != mode.block())
                .limit(repeats)
                .mapToObj(block -> side.with(Map.of("summation", "blocked", "block", block)))
                .toList();
    }
}

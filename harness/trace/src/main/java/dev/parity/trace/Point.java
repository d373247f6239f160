package dev.parity.trace;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One value of a [Series] as a log prints it, or as it follows from a recorded step.
///
/// @param series its name, see [Series]
/// @param epoch from 1; 0 where the log does not say
/// @param step as printed: within the epoch where there is one, else global; the last step that the value
///     covers
/// @param rank who printed it; [#EVERY_RANK] of what holds for all, or where the log does not say
/// @param value may be NaN or infinite
/// @param window number of steps the value covers; 0 where unknown
/// @param quantum distance between printable values, 0 for recorded ones
/// @param origin file and line, or null for recorded ones
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Point(
        String series,
        int epoch,
        long step,
        int rank,
        double value,
        int window,
        double quantum,
        @Nullable String origin)
        implements TraceRecord {
    /// The rank of what no single rank says.
    public static final int EVERY_RANK = -1;

    /// Refuses a missing name.
    public Point {
        Objects.requireNonNull(series, "a point needs the name of its series");
    }

    /// Makes a loss that holds for all ranks.
    ///
    /// @param epoch from 1; 0 where unknown
    /// @param step within the epoch where there is one, else global
    /// @param value the loss
    /// @param window number of steps it is a mean of; 0 where unknown
    /// @param quantum distance between printable values
    /// @param origin file and line
    /// @return the point
    public static Point loss(int epoch, long step, double value, int window, double quantum, @Nullable String origin) {
        return new Point(Series.LOSS, epoch, step, EVERY_RANK, value, window, quantum, origin);
    }
}

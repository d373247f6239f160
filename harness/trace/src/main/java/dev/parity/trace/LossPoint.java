package dev.parity.trace;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/// A loss as a log prints it, or the mean over ranks of a recorded step.
///
/// @param epoch from 1; 0 where the log does not say
/// @param step as printed: within the epoch where there is one, else global; the last step that the value
///     covers
/// @param value the loss; may be NaN or infinite
/// @param window number of steps the value is a mean of; 0 where unknown
/// @param quantum distance between printable values, 0 for recorded ones
/// @param origin file and line, or null for recorded ones
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LossPoint(
        int epoch,
        long step,
        double value,
        int window,
        double quantum,
        @Nullable String origin) implements TraceRecord {}

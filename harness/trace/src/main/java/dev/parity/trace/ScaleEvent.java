package dev.parity.trace;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The loss scaler reacted to an overflow, or let the scale grow.
///
/// @param epoch from 1; 0 where unknown
/// @param step the step it happened in; of a log that does not say, the last step printed before it
/// @param exact whether `step` is the step itself
/// @param kind what happened
/// @param from loss scale before
/// @param to loss scale after
/// @param origin file and line, or null for recorded ones
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ScaleEvent(
        int epoch,
        long step,
        boolean exact,
        Kind kind,
        double from,
        double to,
        @Nullable String origin) implements TraceRecord {
    /// Refuses a missing kind.
    public ScaleEvent {
        Objects.requireNonNull(kind, "a scale event needs a kind");
    }

    /// What a loss scaler does.
    public enum Kind {
        /// An overflow lowered the scale (or found it at its minimum); the step was skipped.
        REDUCED,
        /// An overflow used up hysteresis; the step was skipped and the scale stayed.
        HYSTERESIS,
        /// A window without overflow raised the scale.
        GREW
    }
}

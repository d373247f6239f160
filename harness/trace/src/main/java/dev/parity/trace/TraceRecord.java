package dev.parity.trace;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Objects;

/// One line of a trace file. The first is the [Header]; a finished run ends with an [End].
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = TraceRecord.Header.class, name = "header"),
    @JsonSubTypes.Type(value = StepRecord.class, name = "step"),
    @JsonSubTypes.Type(value = LossPoint.class, name = "loss"),
    @JsonSubTypes.Type(value = ScaleEvent.class, name = "scale"),
    @JsonSubTypes.Type(value = Evaluation.class, name = "evaluation"),
    @JsonSubTypes.Type(value = TraceRecord.End.class, name = "end")
})
public sealed interface TraceRecord
        permits TraceRecord.Header, StepRecord, LossPoint, ScaleEvent, Evaluation, TraceRecord.End {
    /// The version that this code writes and reads.
    int VERSION = 1;

    /// The first line.
    ///
    /// @param version of the format, [#VERSION]
    /// @param provenance how the run came about
    record Header(int version, Provenance provenance) implements TraceRecord {
        /// Refuses a missing provenance.
        public Header {
            Objects.requireNonNull(provenance, "a header needs a provenance");
        }
    }

    /// The last line of a run that came to its end.
    ///
    /// @param steps optimizer steps, skipped ones included
    /// @param digest of everything before, as [TraceDigest] gives it
    record End(long steps, String digest) implements TraceRecord {
        /// Refuses what is no digest.
        public End {
            if (digest == null || digest.length() != 64) {
                throw new IllegalArgumentException("a digest has 64 hexadecimal digits, found " + digest);
            }
        }
    }
}

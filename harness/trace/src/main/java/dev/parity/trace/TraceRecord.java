package dev.parity.trace;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/// One line of a trace file. The first is the [Header]; a finished run ends with an [End].
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = TraceRecord.Header.class, name = "header"),
    @JsonSubTypes.Type(value = StepRecord.class, name = "step"),
    @JsonSubTypes.Type(value = Point.class, name = "point"),
    @JsonSubTypes.Type(value = ScaleEvent.class, name = "scale"),
    @JsonSubTypes.Type(value = Evaluation.class, name = "evaluation"),
    @JsonSubTypes.Type(value = TraceRecord.Fact.class, name = "fact"),
    @JsonSubTypes.Type(value = TraceRecord.Note.class, name = "note"),
    @JsonSubTypes.Type(value = TraceRecord.End.class, name = "end")
})
public sealed interface TraceRecord
        permits TraceRecord.Header,
                StepRecord,
                Point,
                ScaleEvent,
                Evaluation,
                TraceRecord.Fact,
                TraceRecord.Note,
                TraceRecord.End {
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

    /// What a log says of how its run came about. Of two that disagree the first counts.
    ///
    /// @param key of the [Provenance]
    /// @param value as it would stand in the provenance
    /// @param underTest whether it is what a comparison is about, such as a version; else two runs must share it
    /// @param origin file and line
    record Fact(String key, String value, boolean underTest, String origin) implements TraceRecord {
        /// Refuses what is missing.
        public Fact {
            Objects.requireNonNull(key, "a fact needs a key");
            Objects.requireNonNull(value, "a fact needs a value");
            Objects.requireNonNull(origin, "a fact needs an origin");
        }
    }

    /// What the reader of a log wants known.
    ///
    /// @param text a sentence
    /// @param gap whether it says what is missing or could not be read
    record Note(String text, boolean gap) implements TraceRecord {
        /// Refuses a missing sentence.
        public Note {
            Objects.requireNonNull(text, "a note needs a text");
        }
    }

    /// The last line of a run that came to its end.
    ///
    /// @param steps optimizer steps, skipped ones included
    /// @param digest of everything before, as [TraceDigest] gives it
    /// @param context what was measured on the way, for the provenance's context; absent is empty
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record End(long steps, String digest, SortedMap<String, String> context) implements TraceRecord {
        /// Refuses what is no digest.
        public End {
            context = context == null
                    ? Collections.emptySortedMap()
                    : Collections.unmodifiableSortedMap(new TreeMap<>(context));
            if (digest == null || digest.length() != 64) {
                throw new IllegalArgumentException("a digest has 64 hexadecimal digits, found " + digest);
            }
        }

        /// Ends a run of which nothing was measured.
        ///
        /// @param steps optimizer steps, skipped ones included
        /// @param digest of everything before
        public End(long steps, String digest) {
            this(steps, digest, Collections.emptySortedMap());
        }
    }
}

package dev.parity.reports;

import dev.parity.statistics.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// What a report shows of a lockstep that was made before: its answer, and the Ops that are beyond their profile.
///
/// @param verdict over all Ops
/// @param headline a sentence
/// @param profile how each Op was judged
/// @param first Op beyond its profile; null if none is
/// @param worst Op
/// @param ops in order
public record LockstepTable(
        Verdict verdict,
        String headline,
        String profile,
        @Nullable Op first,
        Op worst,
        List<Op> ops) {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /// Refuses what is no lockstep, and copies the list.
    public LockstepTable {
        for (Object field : new @Nullable Object[] {verdict, headline, profile, worst, ops}) {
            Objects.requireNonNull(field, "expected verdict, headline, profile, worst and ops");
        }
        ops = List.copyOf(ops);
    }

    /// An output of an Op.
    ///
    /// @param step of the training
    /// @param part of the program
    /// @param position in it
    /// @param op kind
    /// @param value what it computes
    /// @param format of the tensor
    /// @param verdict its own, in words
    /// @param reason of the verdict
    /// @param ratio of the candidate's error to the reference's; null if neither errs
    public record Op(
            long step,
            String part,
            int position,
            String op,
            String value,
            String format,
            String verdict,
            String reason,
            @Nullable Double ratio) {
        /// Refuses half an Op.
        public Op {
            for (Object field : new @Nullable Object[] {part, op, value, format, verdict, reason}) {
                Objects.requireNonNull(field, "an Op needs part, op, value, format, verdict and reason");
            }
        }

        /// Names the Op.
        ///
        /// @return its step, its place and what it computes
        String name() {
            return "step %d, %s Op %d (%s), %s".formatted(step, part, position, op, value);
        }

        Verdict judged() {
            return Stream.of(Verdict.values())
                    .filter(each -> each.label().equals(verdict))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("found verdict '%s' of an Op".formatted(verdict)));
        }
    }

    /// Reads a lockstep.
    ///
    /// @param file `lockstep.json`, or its folder
    /// @return what it says
    /// @throws IllegalArgumentException if it is none
    /// @throws UncheckedIOException if it cannot be read
    public static LockstepTable read(Path file) {
        Path place = Files.isDirectory(file) ? file.resolve("lockstep.json") : file;
        try {
            LockstepTable found = MAPPER.readValue(Files.readString(place), LockstepTable.class);
            found.ops().forEach(Op::judged);
            return found;
        } catch (JacksonException problem) {
            throw new IllegalArgumentException(
                    "%s is no lockstep: %s".formatted(place, problem.getOriginalMessage()), problem);
        } catch (IOException problem) {
            throw new UncheckedIOException("cannot read the lockstep " + place, problem);
        }
    }
}

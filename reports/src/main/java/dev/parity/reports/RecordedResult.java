package dev.parity.reports;

import dev.parity.statistics.Unit;
import dev.parity.statistics.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// What an index reads of a `result.json`.
///
/// @param version of the format
/// @param verdict over all gates
/// @param headline a sentence
/// @param scenario its name; empty of logs
/// @param recorded ISO 8601 instant; empty of logs
/// @param gates what each found
/// @param pairs at least one
record RecordedResult(
        String version,
        Verdict verdict,
        String headline,
        String scenario,
        String recorded,
        List<Gate> gates,
        List<Pair> pairs) {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /// First number of the versions that are read.
    private static final String MAJOR = "1.";

    /// Refuses what is no result.
    RecordedResult {
        if (version == null) {
            throw new IllegalArgumentException("found no version, expected %sx".formatted(MAJOR));
        }
        if (!version.startsWith(MAJOR)) {
            throw new IllegalArgumentException("found version %s, expected %sx".formatted(version, MAJOR));
        }
        for (Object field : new @Nullable Object[] {verdict, headline, scenario, recorded, gates, pairs}) {
            Objects.requireNonNull(field, "expected verdict, headline, scenario, recorded, gates and pairs");
        }
        if (pairs.isEmpty()) {
            throw new IllegalArgumentException("found no pairs, expected at least one");
        }
        gates = List.copyOf(gates);
        pairs = List.copyOf(pairs);
    }

    /// What a gate found.
    ///
    /// @param gate its id
    /// @param verdict its own
    /// @param unit in lower case; null of a rule
    /// @param estimate null of a rule
    /// @param margin null of a rule
    record Gate(
            String gate,
            Verdict verdict,
            @Nullable String unit,
            @Nullable Double estimate,
            @Nullable Double margin) {
        /// Refuses a gate without a name or verdict.
        Gate {
            Objects.requireNonNull(gate, "a gate needs its id");
            Objects.requireNonNull(verdict, "a gate needs its verdict");
        }

        /// Places the gap on its margin.
        ///
        /// @return at least 0, 1 at the margin; empty of a rule
        OptionalDouble ofMargin() {
            return unit == null || estimate == null || margin == null
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(
                            Math.abs(Unit.valueOf(unit.toUpperCase(Locale.ROOT)).ofMargin(estimate, margin)));
        }
    }

    /// Two runs.
    ///
    /// @param reference one side
    /// @param candidate the other
    record Pair(Run reference, Run candidate) {
        /// Refuses half a pair.
        Pair {
            Objects.requireNonNull(reference, "a pair needs its reference");
            Objects.requireNonNull(candidate, "a pair needs its candidate");
        }
    }

    /// A run.
    ///
    /// @param device what computed it
    record Run(String device) {
        /// Refuses a run without a device.
        Run {
            Objects.requireNonNull(device, "a run needs its device");
        }
    }

    /// Reads a file.
    ///
    /// @param file that may be a result
    /// @return what it says
    /// @throws IllegalArgumentException if it is none, with the reason
    /// @throws IOException if it cannot be read
    static RecordedResult read(Path file) throws IOException {
        try {
            RecordedResult found = MAPPER.readValue(Files.readString(file), RecordedResult.class);
            found.gates().forEach(Gate::ofMargin); // refuses a unit that is none
            return found;
        } catch (JacksonException problem) {
            String reason = problem.getOriginalMessage().lines().findFirst().orElse("no JSON");
            TokenStreamLocation at = problem.getLocation();
            throw new IllegalArgumentException(
                    at == null ? reason : "%s (line %d)".formatted(reason, at.getLineNr()), problem);
        }
    }
}

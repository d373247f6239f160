package dev.parity.reports;

import dev.parity.statistics.ParityResult;
import dev.parity.trace.Provenance;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/// What was planted into the runs of a result, or overridden in their scenario: every form of a result
/// says so.
public final class Changes {
    private Changes() {}

    /// Says what was found, and before it what was planted and overridden.
    ///
    /// @param result the answer
    /// @return such as `fault planted: learning-rate=2; over the whole run the losses differ: …`
    public static String headline(ParityResult result) {
        List<String> parts = new ArrayList<>();
        if (!planted(result).isEmpty()) {
            parts.add("fault planted: " + String.join(", ", planted(result)));
        }
        if (!overridden(result).isEmpty()) {
            parts.add("overridden: " + String.join(", ", overridden(result)));
        }
        parts.add(result.headline());
        return String.join("; ", parts);
    }

    /// Returns the faults planted, each once.
    static List<String> planted(ParityResult result) {
        return values(result, Provenance::underTest, Provenance.FAULT);
    }

    /// Returns the overrides of the scenario, those of each run once.
    static List<String> overridden(ParityResult result) {
        return values(result, Provenance::context, Provenance.OVERRIDES);
    }

    private static List<String> values(
            ParityResult result, Function<Provenance, Map<String, String>> part, String key) {
        return result.pairs().stream()
                .flatMap(pair -> Stream.of(pair.reference(), pair.candidate()))
                .map(run -> part.apply(run.provenance()).getOrDefault(key, ""))
                .filter(value -> !value.isEmpty())
                .distinct()
                .toList();
    }
}

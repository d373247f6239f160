package dev.parity.reports;

import dev.parity.statistics.Evidence;
import dev.parity.statistics.ParityResult;
import dev.parity.statistics.Unit;
import dev.parity.trace.Provenance;
import dev.parity.trace.RunTrace;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// What reports say of the runs of a result.
final class Facts {
    private static final String UNKNOWN = "unknown";

    /// When a run began, in its provenance's context.
    private static final String STARTED = "started";

    private Facts() {}

    /// Names what computed a run.
    ///
    /// @param run any
    /// @return backend and device; `unknown` of a log that names neither
    static String device(RunTrace run) {
        Map<String, String> underTest = run.provenance().underTest();
        return Stream.of(Provenance.BACKEND, Provenance.DEVICE)
                .map(key -> underTest.getOrDefault(key, ""))
                .filter(text -> !text.isEmpty())
                .reduce((backend, device) -> backend + ", " + device)
                .orElse(UNKNOWN);
    }

    /// Returns what a gate could have found.
    ///
    /// @param found of a gate
    /// @return a value of its unit: of a ratio, the one that lies as far above 1; NaN where unknown
    static double detectable(Evidence.Equivalence found) {
        double difference = found.estimate().detectable();
        return found.unit() == Unit.RATIO ? 1 + difference : difference;
    }

    /// Names the scenario of the first run.
    ///
    /// @param result an answer
    /// @return its name; empty of logs
    static String scenario(ParityResult result) {
        return result.pairs().getFirst().reference().provenance().context().getOrDefault(Provenance.SCENARIO_NAME, "");
    }

    /// Says when the last of the runs was recorded.
    ///
    /// @param result an answer
    /// @return the start of that run; empty of logs
    static Optional<Instant> recorded(ParityResult result) {
        return result.pairs().stream()
                .flatMap(pair -> pair.runs().stream())
                .flatMap(run -> started(run).stream())
                .max(Comparator.naturalOrder());
    }

    private static Optional<Instant> started(RunTrace run) {
        String text = run.provenance().context().getOrDefault(STARTED, "");
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
        } catch (DateTimeException _) {
            return Optional.empty(); // a trace is a text: what it says here need be no time
        }
    }
}

package dev.parity.reports;

import dev.parity.statistics.Comparability;
import dev.parity.statistics.Evidence;
import dev.parity.statistics.Margins;
import dev.parity.statistics.Pair;
import dev.parity.statistics.ParityResult;
import dev.parity.trace.RunTrace;
import java.util.List;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// A result as JSON.
public final class ResultJson {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private ResultJson() {}

    private record Result(
            String verdict,
            String headline,
            List<String> planted,
            List<String> overridden,
            List<Evidence> gates,
            List<Comparability.Key> comparability,
            List<Runs> pairs,
            Margins margins) {}

    private record Runs(Run reference, Run candidate, int commonLosses) {
        static Runs of(Pair pair) {
            return new Runs(
                    Run.of(pair.reference()),
                    Run.of(pair.candidate()),
                    pair.losses().size());
        }
    }

    private record Run(
            String name,
            int losses,
            int scaleEvents,
            int evaluations,
            int evaluatedRanks,
            String digest,
            List<String> notes,
            List<String> gaps) {
        static Run of(RunTrace run) {
            return new Run(
                    run.name(),
                    run.losses().size(),
                    run.scaleEvents().size(),
                    run.evaluations().size(),
                    run.evaluations().isEmpty()
                            ? 0
                            : run.evaluations().getLast().ranks().size(),
                    run.end().map(end -> end.digest()).orElse(""),
                    run.notes(),
                    run.gaps());
        }
    }

    /// Writes the JSON.
    ///
    /// @param result the answer
    /// @return the file's text
    public static String of(ParityResult result) {
        String text = MAPPER.writeValueAsString(new Result(
                result.verdict().label(),
                result.headline(),
                result.planted(),
                result.overridden(),
                result.evidence(),
                result.comparability().keys(),
                result.pairs().stream().map(Runs::of).toList(),
                result.margins()));
        return Printable.of(text) + "\n";
    }
}

package dev.parity.reports;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.parity.statistics.Alignment;
import dev.parity.statistics.Comparability;
import dev.parity.statistics.Estimate;
import dev.parity.statistics.Evidence;
import dev.parity.statistics.Interval;
import dev.parity.statistics.ParityResult;
import dev.parity.statistics.Suspicion;
import dev.parity.trace.RunTrace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// A result as JSON, by the schema in `result-schema-1.json`. It holds no clock of its own: the same runs judged again
/// give the same text.
public final class ResultJson {
    /// Version of the format: the first number changes where a reader must, the second where something is added.
    public static final String VERSION = "1.0";

    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private ResultJson() {}

    private record Result(
            String version,
            String verdict,
            String headline,
            String scenario,
            String recorded,
            List<String> planted,
            List<String> overridden,
            List<Suspected> suspects,
            List<Map<String, Object>> gates,
            List<Comparability.Key> comparability,
            List<Runs> pairs,
            Map<String, Double> margins) {}

    /// A suspect as a result's JSON holds it.
    ///
    /// @param suspect its name
    /// @param weight how strongly, from 0 to 100
    /// @param evidence what speaks for it, the strongest first
    /// @param next the command to run next
    /// @param lockstep the command that compares Op by Op; empty if there is none, absent in older results
    public record Suspected(
            String suspect,
            double weight,
            List<String> evidence,
            String next,
            @Nullable String lockstep) {
        static Suspected of(Suspicion found) {
            return new Suspected(
                    found.suspect().label(), found.weight(), found.evidence(), found.next(), found.lockstep());
        }
    }

    /// What is read of a result.
    ///
    /// @param verdict in words
    /// @param headline a sentence
    /// @param suspects the first suspect first
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Explained(String verdict, String headline, List<Suspected> suspects) {
        /// Refuses what is no result.
        public Explained {
            if (verdict == null || headline == null || suspects == null) {
                throw new IllegalArgumentException("a result needs verdict, headline and suspects");
            }
        }
    }

    /// Reads of a result what explains it.
    ///
    /// @param file that [#of] gave the text of
    /// @return what it says
    /// @throws IllegalArgumentException if it is no result
    /// @throws UncheckedIOException if it cannot be read
    public static Explained read(Path file) {
        try {
            return MAPPER.readValue(Files.readString(file), Explained.class);
        } catch (JacksonException problem) {
            throw new IllegalArgumentException(
                    "%s is no result of a comparison: %s".formatted(file, problem.getOriginalMessage()), problem);
        } catch (IOException problem) {
            throw new UncheckedIOException("cannot read the result " + file, problem);
        }
    }

    private record Runs(Run reference, Run candidate, int commonLosses) {
        static Runs of(Alignment pair) {
            return new Runs(
                    Run.of(pair.reference()),
                    Run.of(pair.candidate()),
                    pair.losses().size());
        }
    }

    private record Run(
            String name,
            String device,
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
                    Facts.device(run),
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

    /// Every finding has the same keys, but for numbers that its statistic has not.
    private static Map<String, Object> gate(Evidence evidence) {
        Map<String, Object> gate = new LinkedHashMap<>();
        gate.put("gate", evidence.gate());
        gate.put("verdict", evidence.verdict());
        gate.put("sentence", evidence.sentence());
        evidence.statistical().ifPresentOrElse(found -> numbers(gate, found), () -> {
            gate.put("statistic", "");
            gate.put("n", 0);
        });
        gate.put("parts", evidence instanceof Evidence.Parts found ? found.parts() : List.of());
        gate.put("origins", evidence.origins());
        return gate;
    }

    private static void numbers(Map<String, Object> gate, Evidence.Equivalence found) {
        Estimate estimate = found.estimate();
        gate.put("statistic", found.statistic());
        gate.put("unit", found.unit().name().toLowerCase(Locale.ROOT));
        gate.put("estimate", estimate.value());
        if (!estimate.interval().equals(Interval.NONE)) {
            gate.put("interval", estimate.interval());
        }
        gate.put("margin", found.margin());
        gate.put("n", estimate.n());
        number(gate, "effectiveN", estimate.effectiveN());
        number(gate, "p", estimate.p());
        number(gate, "detectable", estimate.detectable());
    }

    private static void number(Map<String, Object> gate, String key, double value) {
        if (!Double.isNaN(value)) {
            gate.put(key, value);
        }
    }

    /// Writes the JSON.
    ///
    /// @param result the answer
    /// @return the file's text
    public static String of(ParityResult result) {
        String text = MAPPER.writeValueAsString(new Result(
                VERSION,
                result.verdict().label(),
                result.headline(),
                Facts.scenario(result),
                Facts.recorded(result).map(Instant::toString).orElse(""),
                result.planted(),
                result.overridden(),
                result.suspects().stream().map(Suspected::of).toList(),
                result.evidence().stream().map(ResultJson::gate).toList(),
                result.comparability().keys(),
                result.pairs().stream().map(Runs::of).toList(),
                result.margins().values()));
        return Printable.of(text) + "\n";
    }
}

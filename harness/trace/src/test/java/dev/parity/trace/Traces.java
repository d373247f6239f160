package dev.parity.trace;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A small run with a record of every kind that is recorded.
final class Traces {
    private Traces() {}

    static Provenance provenance(String host) {
        return Provenance.of(
                "recorded", Map.of(Provenance.SEED, "1"), Map.of(Provenance.BACKEND, "cpu"), Map.of("host", host));
    }

    static StepRecord step(long number, double loss) {
        return new StepRecord(
                number,
                1,
                List.of(loss, 2.25),
                32768,
                number == 2,
                1e-3,
                new TreeMap<>(Map.of("conv1.weight", 0.125, StepRecord.GLOBAL, Double.POSITIVE_INFINITY)),
                List.of(List.of(9, 7)),
                List.of(3),
                number == 3 ? List.of("00c0ffee", "00c0ffee") : List.of(),
                number == 3
                        ? List.of(new StepRecord.Routing(0, 1, List.of(1, 0), List.of(-1, 2), List.of(0.5, 0.25)))
                        : List.of());
    }

    static Evaluation evaluation() {
        return new Evaluation(
                3,
                "eval",
                List.of(1, 2),
                List.of(new Evaluation.Rank(
                        0,
                        Evaluation.Score.of(1, 2),
                        List.of(new Evaluation.ClassScore("cat", Evaluation.Score.of(1, 1))),
                        List.of(1, 3),
                        null)));
    }

    /// All records but the header and the end.
    static List<TraceRecord> records() {
        return List.of(
                step(1, 2.3),
                new ScaleEvent(1, 2, true, ScaleEvent.Kind.HYSTERESIS, 65536, 65536, null),
                step(2, Double.NaN),
                step(3, Double.NEGATIVE_INFINITY),
                evaluation());
    }

    static Path write(Path file, String host) {
        try (TraceWriter writer = new TraceWriter(file, provenance(host))) {
            records().forEach(writer::write);
            writer.write(new TraceRecord.End(3, writer.digest()));
        }
        return file;
    }
}

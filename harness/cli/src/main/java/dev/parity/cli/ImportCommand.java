package dev.parity.cli;

import dev.parity.reports.Printable;
import dev.parity.trace.Evaluation;
import dev.parity.trace.Point;
import dev.parity.trace.RunReader;
import dev.parity.trace.ScaleEvent;
import dev.parity.trace.StepRecord;
import dev.parity.trace.TraceRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Writes a log of another program as a trace.
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        description = {
            "Read a log of another program, show what was found in it, and write it as a trace.",
            "A folder must hold files that make up one run together, such as event files."
        },
        footer = {
            "",
            "Examples:",
            "  parity import metrics.csv                          show what is found, write nothing",
            "  parity import trainer_state.json -o gpu.jsonl.gz",
            "  parity import own.csv --map step=it,loss=\"lm loss\" --save-map own.map -o gpu.jsonl.gz",
            "  parity import lightning_logs/version_0 -o npu.jsonl.gz"
        })
final class ImportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "LOG", description = "log, plain, .gz or .zst, or a folder of files that make up a run")
    private Path log = Path.of("");

    @Option(
            names = {"-o", "--output"},
            paramLabel = "TRACE",
            description = "trace to write, compressed if its name ends in .gz or .zst; replaced if it exists")
    private Optional<Path> trace = Optional.empty();

    @Option(names = "--save-map", paramLabel = "FILE", description = "file to keep the map in, for --map-file")
    private Optional<Path> saved = Optional.empty();

    @Mixin
    private ReadOptions readOptions = new ReadOptions();

    @Override
    public Integer call() throws IOException {
        RunReader reader = readOptions.reader();
        Found found = new Found();
        if (trace.isPresent()) {
            Path target = trace.get();
            if (Files.exists(target) && Files.isSameFile(log, target)) {
                throw new ParameterException(
                        spec.commandLine(), "%s would be replaced by its own trace".formatted(log));
            }
            reader.write(log, target, found::hear);
        } else {
            reader.tell(log, found::hear);
        }
        found.print(log);
        trace.ifPresent(target -> Terminal.OUT.println("trace: " + target));
        saved.ifPresent(readOptions::save);
        saved.ifPresent(file -> Terminal.OUT.println("map: " + file));
        return ExitCode.OK;
    }

    /// What a log says, in short.
    private static final class Found {
        private final Map<String, Extent> series = new TreeMap<>();
        private final Map<String, String> facts = new TreeMap<>();
        private final StringBuilder notes = new StringBuilder();
        private String format = "";
        private long events;
        private long evaluations;

        private record Extent(long points, long first, long last) {
            static Extent of(Point point) {
                return new Extent(1, point.step(), point.step());
            }

            Extent with(Extent later) {
                return new Extent(points + later.points, Math.min(first, later.first), Math.max(last, later.last));
            }
        }

        void hear(TraceRecord item) {
            switch (item) {
                case TraceRecord.Header header -> format = header.provenance().source();
                case Point point -> series.merge(point.series(), Extent.of(point), Extent::with);
                case TraceRecord.Fact fact ->
                    facts.putIfAbsent(fact.key(), "%s (%s)".formatted(fact.value(), fact.origin()));
                case TraceRecord.Note note ->
                    notes.append("%s  %s%n".formatted(note.gap() ? "gap " : "note", Printable.line(note.text())));
                case ScaleEvent _ -> events++;
                case Evaluation _ -> evaluations++;
                case StepRecord _, TraceRecord.End _ -> {}
            }
        }

        void print(Path log) {
            Terminal.OUT.println("%s: read as %s".formatted(log, format));
            series.forEach((name, extent) -> Terminal.OUT.println(
                    "  %-24s %d points, steps %d to %d".formatted(name, extent.points, extent.first, extent.last)));
            count("loss scale events", events);
            count("evaluations", evaluations);
            facts.forEach((key, value) -> Terminal.OUT.println("  %-24s %s".formatted(key, Printable.line(value))));
            Terminal.OUT.print(notes);
        }

        private static void count(String name, long number) {
            if (number > 0) {
                Terminal.OUT.println("  %-24s %d".formatted(name, number));
            }
        }
    }
}

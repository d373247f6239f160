package dev.parity.cli;

import dev.parity.reports.ReportFolder;
import dev.parity.statistics.Pair;
import dev.parity.statistics.Profile;
import dev.parity.trace.LogImporter;
import dev.parity.trace.RunTrace;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Judges two recorded runs or logs.
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        description = "Judge a candidate run against a reference run: two recorded traces, or two logs.",
        footer = {
            "",
            "Examples:",
            "  parity compare gpu.jsonl.gz npu.jsonl.gz",
            "  parity compare gpu.log npu.log --waive loss-scaler=\"known difference\" -o runs/logs"
        })
final class CompareCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(index = "0", paramLabel = "REFERENCE", description = "trace or log")
    private Path reference = Path.of("");

    @Parameters(index = "1", paramLabel = "CANDIDATE", description = "trace or log")
    private Path candidate = Path.of("");

    @Mixin
    private ResultOptions resultOptions = new ResultOptions();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            description = "folder of the report (runs/compare)")
    private Path output = Path.of("runs", "compare");

    @Option(
            names = "--loss-margin",
            paramLabel = "SHARE",
            description = "relative difference of mean losses that is let pass (0.005)")
    private double lossMargin = 0.005;

    @Override
    public Integer call() {
        Profile profile = Profile.STRICT.with(Map.of("loss", lossMargin));
        resultOptions.check();
        try (ReportFolder folder = ReportFolder.open(output)) {
            Pair pair = read();
            boolean log = pair.reference().steps().isEmpty();
            if (log != pair.candidate().steps().isEmpty()
                    && !pair.reference().losses().isEmpty()
                    && !pair.candidate().losses().isEmpty()) {
                throw new IllegalArgumentException(
                        "one of the two is a log, whose losses are means over many steps, the other a recorded trace: compare like with like");
            }
            return resultOptions.show(
                    spec.commandLine(),
                    "%s against %s".formatted(candidate.getFileName(), reference.getFileName()),
                    resultOptions.judge(List.of(pair), profile),
                    folder);
        }
    }

    /// Reads both at the same time: a long trace takes seconds.
    private Pair read() {
        CompletableFuture<RunTrace> second = CompletableFuture.supplyAsync(() -> LogImporter.readAny(candidate));
        RunTrace first = LogImporter.readAny(reference);
        try {
            return new Pair(first, second.join());
        } catch (CompletionException problem) {
            throw problem.getCause() instanceof RuntimeException cause ? cause : problem;
        }
    }
}

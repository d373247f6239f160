package dev.parity.cli;

import dev.parity.runner.Judge;
import dev.parity.runner.RunFiles;
import dev.parity.trace.RunReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Judges recorded runs or logs.
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        customSynopsis = {
            "parity compare [OPTIONS] REFERENCE CANDIDATE",
            "       parity compare [OPTIONS] REFERENCE... -- CANDIDATE..."
        },
        description = {
            "Judge candidate runs against reference runs: recorded traces, or logs.",
            "Several runs are paired by their seeds; logs, which know none, in the order given.",
            "A folder is one run if files in it make up a run together, such as event files; else it",
            "stands for each trace and log in it (*.jsonl, *.log, *.txt, *.csv, *.json)."
        },
        footer = {
            "",
            "Examples:",
            "  parity compare gpu.jsonl.gz npu.jsonl.gz",
            "  parity compare gpu.log npu.log --waive loss-scaler=\"known difference\" -o runs/logs",
            "  parity compare gpu/ npu/ --set margins.loss=0.01",
            "  parity compare gpu.csv npu.csv --map loss=\"lm loss\",gradNorm=grad-norm",
            "  parity compare gpu-1.jsonl.gz gpu-2.jsonl.gz -- npu-1.jsonl.gz npu-2.jsonl.gz",
            "  parity compare runs/moe-cifar/reference-* -- runs/moe-cifar/candidate-*"
        })
final class CompareCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(
            arity = "1..*",
            paramLabel = "RUN",
            description = "trace, log, folder of traces or logs, or a quoted glob such as 'gpu/*.jsonl.gz'")
    private List<String> runs = new ArrayList<>();

    @Mixin
    private ResultOptions resultOptions = new ResultOptions();

    @Mixin
    private ReadOptions readOptions = new ReadOptions();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            description = "folder of the report (runs/compare)")
    private Path output = Path.of("runs", "compare");

    @Mixin
    private ProfileOptions profileOptions = new ProfileOptions();

    @Override
    public Integer call() {
        Sides sides = Sides.of(runs)
                .two()
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(),
                        "expected REFERENCE CANDIDATE, or REFERENCE... -- CANDIDATE..., found %s"
                                .formatted(Sides.given(runs))));
        Judge judge = resultOptions.judge(profileOptions.profile());
        RunReader reader = readOptions.reader();
        return resultOptions.show(
                spec.commandLine(),
                sides.title(),
                output,
                () -> judge.judge(
                        RunFiles.of(sides.reference(), reader), RunFiles.of(sides.candidate(), reader), reader));
    }
}

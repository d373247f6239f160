package dev.parity.cli;

import dev.parity.runner.Judge;
import dev.parity.runner.RunFiles;
import dev.parity.trace.RunReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
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
    /// Takes the place of `--`, which for picocli would end the options; no process can be given it.
    private static final String DIVIDER = "\0";

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

    @Option(
            names = "--set",
            paramLabel = "margins.KEY=VALUE",
            description = "how much may differ, such as margins.loss=0.01; may be repeated")
    private List<String> changes = new ArrayList<>();

    @Override
    public Integer call() {
        int at = runs.indexOf(DIVIDER);
        List<String> references = runs.subList(0, at < 0 ? 1 : at);
        List<String> candidates = runs.subList(at < 0 ? 1 : at + 1, runs.size());
        boolean two = at >= 0 || candidates.size() == 1;
        if (references.isEmpty() || candidates.isEmpty() || candidates.contains(DIVIDER) || !two) {
            throw new ParameterException(
                    spec.commandLine(),
                    "expected REFERENCE CANDIDATE, or REFERENCE... -- CANDIDATE..., found %s".formatted(given(runs)));
        }
        Judge judge = resultOptions.judge(MarginOption.of(changes));
        RunReader reader = readOptions.reader();
        return resultOptions.show(
                spec.commandLine(),
                "%s against %s".formatted(title(candidates), title(references)),
                output,
                () -> judge.judge(RunFiles.of(references, reader), RunFiles.of(candidates, reader), reader));
    }

    private static String title(List<String> side) {
        Path first = Path.of(side.getFirst());
        return side.size() == 1
                ? String.valueOf(first.getFileName())
                : "%s and %d more".formatted(first.getFileName(), side.size() - 1);
    }

    /// Keeps `--` from ending the options: here they may stand behind it.
    ///
    /// @param arguments of the process
    /// @return what picocli shall read
    static String[] divided(String[] arguments) {
        boolean compare = arguments.length > 0 && arguments[0].equals("compare");
        return compare
                ? Stream.of(arguments)
                        .map(each -> each.equals("--") ? DIVIDER : each)
                        .toArray(String[]::new)
                : arguments;
    }

    /// Writes arguments as they were given.
    static String given(List<String> arguments) {
        return String.join(" ", arguments).replace(DIVIDER, "--");
    }
}

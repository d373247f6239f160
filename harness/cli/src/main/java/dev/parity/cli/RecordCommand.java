package dev.parity.cli;

import dev.parity.reports.Printable;
import dev.parity.runner.FolderName;
import dev.parity.runner.RunPlan;
import dev.parity.runner.RunSpec;
import dev.parity.runner.Scenario;
import dev.parity.runner.Seeds;
import dev.parity.spi.Canonical;
import dev.parity.trace.Provenance;
import dev.parity.trace.RunTrace;
import dev.parity.trace.StepRecord;
import dev.parity.trace.TraceReader;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Records one side.
@Command(
        name = "record",
        mixinStandardHelpOptions = true,
        description = "Record runs of one side into traces, to be judged here or elsewhere; prints each digest.",
        footer = {
            "",
            "Examples:",
            "  parity record moe-cifar --side candidate -o npu.jsonl.gz",
            "  parity record moe-cifar --backend cpu --seeds 1..8 -o runs/cpu-seed%%d.jsonl.gz",
            "  parity record moe-cifar-seed --side reference --data cifar-10 --set train.epochs=1 -o gpu.jsonl.zst"
        })
final class RecordCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ScenarioOptions scenarioOptions = new ScenarioOptions();

    @Mixin
    private RunOptions runOptions = new RunOptions();

    @ArgGroup
    private Where where = new Where();

    /// Which backend.
    static final class Where {
        @Option(names = "--side", description = "reference or candidate of the scenario (reference)")
        private Scenario.SideName side = Scenario.SideName.REFERENCE;

        @Option(names = "--backend", paramLabel = "ID", description = "a backend instead of a side")
        private Optional<String> backend = Optional.empty();
    }

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "trace file; .gz or .zst compresses; %%d is the seed (runs/NAME/SIDE-seedN-HASH.jsonl.gz)")
    private @Nullable String output;

    @Option(names = "--seeds", paramLabel = "FROM..TO", description = "seeds to record (the scenario's train.seed)")
    private @Nullable String seeds;

    @Option(names = "--fault", paramLabel = "ID[=STRENGTH]", description = "plant a fault; 'parity faults' lists them")
    private Optional<String> fault = Optional.empty();

    @Override
    public Integer call() {
        Scenario scenario = scenarioOptions.load();
        List<String> overrides = scenarioOptions.overrides();
        Scenario.Side side = where.backend.map(id -> new Scenario.Side(id)).orElseGet(() -> scenario.side(where.side));
        String label = where.backend.orElseGet(() -> Canonical.name(where.side));
        RunSpec run = new RunSpec(scenario.name(), label, scenario.training(), side, fault, overrides);
        Seeds range = range(run.seed());
        RunPlan plan = RunPlan.of(run, range.first(), range.last(), target(scenario, range.count() > 1));
        runOptions.check(plan);
        runOptions.execute(plan, each -> summary(each.trace()));
        return ExitCode.OK;
    }

    /// Names the trace of each run.
    private Function<RunSpec, Path> target(Scenario scenario, boolean several) {
        String pattern = output;
        if (pattern == null) {
            return run ->
                    Path.of("runs", FolderName.of(scenario.name(), run.fault(), run.overrides()), run.traceName());
        }
        if (several && !pattern.contains("%d")) {
            throw new ParameterException(
                    spec.commandLine(), "several seeds need %%d in the file name, found '%s'".formatted(pattern));
        }
        return run -> Path.of(pattern.replace("%d", String.valueOf(run.seed())));
    }

    private Seeds range(long first) {
        try {
            return seeds == null ? new Seeds(first, first) : Seeds.of(seeds);
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), "--" + wrong.getMessage(), wrong);
        }
    }

    private void summary(Path file) {
        PrintWriter out = spec.commandLine().getOut();
        RunTrace run = TraceReader.read(file);
        long skipped = run.steps().stream().filter(StepRecord::skipped).count();
        int from = Math.max(0, run.steps().size() - 100);
        double loss = run.steps().subList(from, run.steps().size()).stream()
                .mapToDouble(StepRecord::meanLoss)
                .average()
                .orElse(Double.NaN);
        String accuracy = run.evaluations().getLast().ranks().stream()
                .map(rank -> "%.2f %%".formatted(rank.overall().percent()))
                .reduce((a, b) -> a + ", " + b)
                .orElse("");
        String planted = run.provenance().underTest().getOrDefault(Provenance.FAULT, "");
        String overridden = run.provenance().context().getOrDefault(Provenance.OVERRIDES, "");
        out.println("trace:    %s".formatted(file));
        if (!planted.isEmpty()) {
            out.println("fault planted: %s".formatted(Printable.line(planted)));
        }
        if (!overridden.isEmpty()) {
            out.println("overridden: %s".formatted(Printable.line(overridden)));
        }
        out.println("steps:    %d, %d skipped, last scale %s"
                .formatted(run.steps().size(), skipped, run.steps().getLast().scale()));
        out.println("loss:     %.4f (mean of the last %d steps)"
                .formatted(loss, run.steps().size() - from));
        out.println("accuracy: %s (each rank)".formatted(accuracy));
        out.println("digest:   %s".formatted(run.end().orElseThrow().digest()));
        out.flush();
    }
}

package dev.parity.cli;

import dev.parity.reports.Printable;
import dev.parity.runner.Baselines;
import dev.parity.runner.Judge;
import dev.parity.runner.Repeats;
import dev.parity.runner.RunFiles;
import dev.parity.runner.RunPlan;
import dev.parity.runner.Scenario;
import dev.parity.spi.Canonical;
import dev.parity.statistics.Baseline;
import dev.parity.statistics.Interval;
import dev.parity.statistics.ParityResult;
import dev.parity.trace.RunReader;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Approves and shows baselines.
@Command(
        name = "baseline",
        mixinStandardHelpOptions = true,
        description = "Approve, show and compare baselines: how far equal runs scatter, measured on repeats.",
        subcommands = {BaselineCommand.Approve.class, BaselineCommand.Show.class, BaselineCommand.Diff.class})
final class BaselineCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "expected approve, show or diff");
    }

    /// Returns where the baseline of a scenario is kept.
    static Path place(Scenario scenario) {
        return Path.of("baselines", scenario.name() + ".json");
    }

    /// Measures and keeps a baseline.
    @Command(
            name = "approve",
            mixinStandardHelpOptions = true,
            customSynopsis = {
                "parity baseline approve --reason TEXT [OPTIONS] SCENARIO",
                "       parity baseline approve --reason TEXT -f FILE REFERENCE REPEAT...",
                "       parity baseline approve --reason TEXT -f FILE REFERENCE... -- REPEAT... -- REPEAT..."
            },
            description = {
                "Measure how far equal runs scatter, and keep it as what is approved.",
                "Of a scenario, one side is repeated with sums in other orders. Of recorded runs or logs, the first is the",
                "reference and each other one a repeat; with '--' between them, a repeat has several seeds."
            },
            footer = {
                "",
                "Examples:",
                "  parity baseline approve moe-cifar --reason \"first port\"",
                "  parity baseline approve --reason \"driver 550\" -f baselines/gpt.json a.log b.log c.log d.log"
            })
    static final class Approve implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Parameters(
                arity = "1..*",
                paramLabel = "SCENARIO or RUN",
                description = "a scenario, or a run and its repeats")
        private List<String> what = new ArrayList<>();

        @Mixin
        private ScenarioChanges changes = new ScenarioChanges();

        @Mixin
        private ReadOptions readOptions = new ReadOptions();

        @Mixin
        private RunOptions runOptions = new RunOptions();

        @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "why this is right")
        private String reason = "";

        @Option(names = "--repeats", paramLabel = "R", description = "repeats of a scenario (5)")
        private int repeats = 5;

        @Option(names = "--side", description = "side of a scenario to repeat (reference)")
        private Scenario.SideName side = Scenario.SideName.REFERENCE;

        @Option(
                names = {"-f", "--file"},
                paramLabel = "FILE",
                description = "where to keep it (baselines/SCENARIO.json)")
        private @Nullable Path file;

        @Option(names = "--replace", description = "take the place of an older one, whose approvals are kept")
        private boolean replace;

        @Override
        public Integer call() {
            Sides sides = Sides.of(what);
            if (sides.groups().size() == 1 && what.size() == 1) {
                Scenario scenario = changes.load(what.getFirst());
                Path place = place(file == null ? BaselineCommand.place(scenario) : file);
                keep(place, scenario(scenario));
            } else if (file == null) {
                throw new ParameterException(spec.commandLine(), "expected -f FILE for a baseline of recorded runs");
            } else {
                keep(place(file), runs(sides));
            }
            return ExitCode.OK;
        }

        /// Refuses to overwrite before anything is measured.
        private Path place(Path target) {
            if (Files.exists(target) && !replace) {
                throw new IllegalArgumentException(
                        "%s holds a baseline already: give --replace to take its place, or another --file"
                                .formatted(target));
            }
            return target;
        }

        private List<ParityResult> scenario(Scenario scenario) {
            SequencedMap<String, Scenario.Side> sides = new LinkedHashMap<>();
            String reference = Canonical.name(Scenario.SideName.REFERENCE);
            sides.put(reference, scenario.reference());
            List<Scenario.Side> others = Repeats.of(scenario.side(side), repeats);
            for (int r = 0; r < others.size(); r++) {
                sides.put("repeat" + (r + 1), others.get(r));
            }
            RunPlan plan = RunPlan.of(
                    scenario,
                    sides,
                    _ -> Optional.empty(),
                    changes.overrides(what.getFirst()),
                    Path.of("runs", "baseline-" + scenario.name()));
            runOptions.check(plan);
            runOptions.execute(plan, _ -> {});
            Judge judge = new Judge(scenario.profile(), Map.of(), Set.of(), Optional.empty());
            return sides.keySet().stream()
                    .filter(label -> !label.equals(reference))
                    .map(label -> judge.judge(plan.traces(reference), plan.traces(label)))
                    .toList();
        }

        private List<ParityResult> runs(Sides sides) {
            List<List<String>> groups = sides.groups().size() == 1
                    ? sides.groups().getFirst().stream().map(List::of).toList()
                    : sides.groups();
            if (groups.stream().anyMatch(List::isEmpty)) {
                throw new ParameterException(
                        spec.commandLine(), "expected runs around each '--', found %s".formatted(Sides.given(what)));
            }
            Judge judge = new Judge(changes.ofRuns(), Map.of(), Set.of(), Optional.empty());
            RunReader reader = readOptions.reader();
            List<Path> reference = RunFiles.of(groups.getFirst(), reader);
            return groups.stream()
                    .skip(1)
                    .map(repeat -> judge.judge(reference, RunFiles.of(repeat, reader), reader))
                    .toList();
        }

        private void keep(Path target, List<ParityResult> measured) {
            List<String> runs = measured.stream()
                    .flatMap(result -> result.pairs().stream())
                    .map(pair -> pair.candidate())
                    .map(run -> run.end()
                            .map(end -> "%s %s".formatted(run.name(), end.digest()))
                            .orElse(run.name()))
                    .toList();
            Baseline.Approval approval = new Baseline.Approval(
                    reason, Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(), runs);
            Baseline baseline = Baseline.of(measured, approval);
            PrintWriter out = spec.commandLine().getOut();
            if (Files.exists(target)) {
                Baseline older = Baselines.read(target);
                List<String> differences = older.differences(baseline);
                differences.forEach(line -> out.println(Printable.line(line)));
                baseline = baseline.after(older);
            }
            Baselines.write(target, baseline);
            show(baseline, out);
            out.println("baseline: " + target);
            out.flush();
        }
    }

    /// Prints a baseline.
    @Command(name = "show", mixinStandardHelpOptions = true, description = "Print a baseline and its approvals.")
    static final class Show implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Parameters(paramLabel = "FILE", description = "a baseline")
        private Path file = Path.of("");

        @Override
        public Integer call() {
            PrintWriter out = spec.commandLine().getOut();
            show(Baselines.read(file), out);
            out.flush();
            return ExitCode.OK;
        }
    }

    /// Compares two.
    @Command(
            name = "diff",
            mixinStandardHelpOptions = true,
            description = "Print how two baselines differ; exit code 1 if they do.")
    static final class Diff implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Parameters(index = "0", paramLabel = "OLDER", description = "a baseline")
        private Path older = Path.of("");

        @Parameters(index = "1", paramLabel = "NEWER", description = "a baseline")
        private Path newer = Path.of("");

        @Override
        public Integer call() {
            List<String> lines = Baselines.read(older).differences(Baselines.read(newer));
            PrintWriter out = spec.commandLine().getOut();
            lines.forEach(line -> out.println(Printable.line(line)));
            out.flush();
            return lines.isEmpty() ? ExitCode.OK : ExitCode.FAIL;
        }
    }

    private static void show(Baseline baseline, PrintWriter out) {
        out.println(
                "%-22s %12s %12s %26s  %s".formatted("gate", "mean", "deviation", "next equal run (95 %)", "repeats"));
        baseline.noise().forEach((gate, spread) -> {
            Interval next = spread.prediction(0.95);
            out.println("%-22s %12.4g %12.4g %26s  %d"
                    .formatted(
                            gate,
                            spread.mean(),
                            spread.deviation(),
                            "%.4g to %.4g".formatted(next.low(), next.high()),
                            spread.repeats()));
        });
        for (Baseline.Approval approval : baseline.approvals()) {
            out.println("approved %s, %d runs: %s"
                    .formatted(approval.at(), approval.runs().size(), Printable.line(approval.reason())));
        }
    }
}

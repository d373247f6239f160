package dev.parity.cli;

import dev.parity.reports.LockstepReport;
import dev.parity.reports.Printable;
import dev.parity.runner.FolderName;
import dev.parity.runner.LockstepRun;
import dev.parity.runner.Scenario;
import dev.parity.spi.Fault;
import dev.parity.statistics.tensors.LockstepResult;
import dev.parity.statistics.tensors.OpFinding;
import dev.parity.statistics.tensors.TensorProfile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Compares two devices Op by Op.
@Command(
        name = "lockstep",
        mixinStandardHelpOptions = true,
        description = {
            "Let both devices compute every Op of some steps from the same inputs, those of a golden's training, and name",
            "the first and the worst Op that is beyond its profile."
        },
        footer = {
            "",
            "Examples:",
            "  parity lockstep moe-cifar --steps 1,10,50",
            "  parity lockstep moe-cifar --reference cpu --candidate ascend-model --steps 1..5 --profile L2",
            "  parity lockstep moe-cifar --steps 2 --fault gate-tf32-left-on    (must FAIL)"
        })
final class LockstepCommand implements Callable<Integer> {
    /// Failed Ops that the terminal shows; the report has all.
    private static final int MOST = 20;

    private static final int MOST_STEPS = 1000;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "SCENARIO", description = "name of a scenario, or a YAML file")
    private String name = "";

    @Mixin
    private ScenarioSettings settings = new ScenarioSettings();

    @Option(names = "--golden", paramLabel = "ID", description = "backend that trains and is right (cpu-fp64)")
    private String golden = "cpu-fp64";

    @Option(names = "--reference", paramLabel = "ID", description = "a backend instead of the scenario's reference")
    private Optional<String> reference = Optional.empty();

    @Option(names = "--candidate", paramLabel = "ID", description = "a backend instead of the scenario's candidate")
    private Optional<String> candidate = Optional.empty();

    @Option(
            names = "--steps",
            paramLabel = "STEPS",
            description = "steps to compare, such as 1,10,50 or 1..5 (the first one)")
    private @Nullable String steps;

    @Option(
            names = "--from",
            paramLabel = "CHECKPOINT",
            description = "train on from what a killed run left (TRACE.checkpoint)")
    private Optional<Path> from = Optional.empty();

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            description = "how each Op is judged: op (default), L0, L1, L2, ulp, mixed, binary or cosine")
    private String profile = TensorProfile.standard().name();

    @Option(
            names = "--fault",
            paramLabel = "ID[=STRENGTH]",
            description = "plant a device's fault in the candidate; 'parity faults' lists them")
    private Optional<String> fault = Optional.empty();

    @Option(names = "--seed", paramLabel = "N", description = "of every random stream (the scenario's train.seed)")
    private Optional<Long> seed = Optional.empty();

    @Option(names = "--json", description = "print the result as JSON")
    private boolean json;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            description = "folder of the report (runs/NAME, with the fault and the overrides, and -lockstep)")
    private @Nullable Path output;

    @Override
    public Integer call() {
        Scenario loaded = settings.load(name);
        Scenario scenario = seed.map(loaded::withFirstSeed).orElse(loaded);
        Optional<String> planted = fault.map(Fault::choose).map(Fault.Choice::toString);
        LockstepRun run = new LockstepRun(
                scenario,
                golden,
                side(reference, scenario.reference()),
                side(candidate, scenario.candidate()),
                planted,
                steps(),
                from,
                TensorProfile.named(profile));
        String folder = FolderName.of(scenario.name(), planted, settings.overrides(name)) + "-lockstep";
        ProgressBar bar = new ProgressBar();
        LockstepResult found;
        try {
            found = run.run((done, last) -> bar.at("lockstep", 1, 1, "training", done, last));
        } finally {
            bar.done();
        }
        String line = Sides.line(spec.commandLine());
        Path page = LockstepReport.write(output == null ? Path.of("runs", folder) : output, line, found);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.print(LockstepReport.json(found));
        } else {
            show(found, out);
            out.println("report: " + page);
        }
        out.flush();
        return ExitCode.of(found.verdict());
    }

    /// The scenario's own backend keeps the mode that it has there.
    private static Scenario.Side side(Optional<String> backend, Scenario.Side usual) {
        return backend.filter(id -> !id.equals(usual.backend()))
                .map(id -> new Scenario.Side(id))
                .orElse(usual);
    }

    private SortedSet<Long> steps() {
        SortedSet<Long> asked = new TreeSet<>();
        String text = steps;
        if (text == null) {
            return asked;
        }
        for (String part : text.split(",", -1)) {
            if (!part.matches("\\d{1,15}(\\.\\.\\d{1,15})?")) {
                throw new ParameterException(
                        spec.commandLine(), "--steps: expected such as 1,10,50 or 1..5, found '%s'".formatted(text));
            }
            String[] ends = part.split("\\.\\.", -1);
            long first = Long.parseLong(ends[0]);
            long last = Long.parseLong(ends[ends.length - 1]);
            if (last < first || last - first >= MOST_STEPS - asked.size()) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--steps: expected 1 to %d steps, ascending, found '%s'".formatted(MOST_STEPS, text));
            }
            for (long step = first; step <= last; step++) {
                asked.add(step);
            }
        }
        return asked;
    }

    private static void show(LockstepResult found, PrintWriter out) {
        List<OpFinding> failed = found.failed();
        failed.stream().limit(MOST).forEach(op -> out.println("FAIL  " + Printable.line(op.sentence())));
        if (failed.size() > MOST) {
            out.println("%d more, see the report".formatted(failed.size() - MOST));
        }
        found.notes().forEach(note -> out.println(Printable.line(note)));
        LockstepResult.Sides sides = found.sides();
        out.println("golden %s, reference %s, candidate %s, seed %d, steps %s; profile %s"
                .formatted(
                        sides.golden(),
                        sides.reference(),
                        sides.candidate(),
                        sides.seed(),
                        found.steps(),
                        found.profile()));
        out.println("%s  %s".formatted(found.verdict().label(), Printable.line(found.headline())));
        found.first().ifPresent(first -> out.println("first: " + Printable.line(first.sentence())));
        out.println("worst: " + Printable.line(found.worst().sentence()));
    }
}

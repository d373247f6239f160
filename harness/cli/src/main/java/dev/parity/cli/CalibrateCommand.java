package dev.parity.cli;

import dev.parity.reports.CalibrationReport;
import dev.parity.reports.Printable;
import dev.parity.runner.CalibrationCases;
import dev.parity.runner.Calibrator;
import dev.parity.runner.LocalExecutor;
import dev.parity.spi.Fault;
import dev.parity.statistics.calibration.Calibration;
import dev.parity.statistics.calibration.Trial;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Proves the gates.
@Command(
        name = "calibrate",
        mixinStandardHelpOptions = true,
        description = {
            "Compare equal runs, and runs with each fault, again and again: how often do the gates fail equal runs, how",
            "often do they find a fault, and how often is its cause the first suspect? Writes calibration.html, .md, .json."
        },
        footer = {
            "",
            "Examples:",
            "  parity calibrate --trials 12",
            "  parity calibrate --faults adam-eps,weight-gradient-scale=0.01 --clean 0 --trials 4",
            "  parity calibrate --faults none --clean 10 --seeds 1000"
        })
final class CalibrateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--faults",
            paramLabel = "ID[=STRENGTH]",
            split = ",",
            description = "faults to plant; 'all' (the default), or 'none'")
    private List<String> faults = new ArrayList<>(List.of("all"));

    @Option(names = "--trials", paramLabel = "N", description = "trials of each fault (12)")
    private int trials = 12;

    @Option(names = "--clean", paramLabel = "N", description = "trials of each of six pairs of equal runs (10)")
    private int clean = 10;

    @Option(names = "--pairs", paramLabel = "K", description = "paired seeds of a trial of a fault (4)")
    private int pairs = 4;

    @Option(
            names = "--clean-pairs",
            paramLabel = "K",
            description = "paired seeds of a trial of equal runs (16); of pr-moe twice as many")
    private int cleanPairs = 16;

    @Option(names = "--seeds", paramLabel = "FROM", description = "first seed (1); from 1000 on none was tuned with")
    private long seeds = 1;

    @Option(names = "--halvings", paramLabel = "N", description = "also plant faults so often halved in strength (0)")
    private int halvings;

    @Option(names = "--parallel", paramLabel = "N", description = "runs at a time (2); changes no digit")
    private int parallel = 2;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "DIR",
            description = "folder of the traces and the report (runs/calibration)")
    private Path out = Path.of("runs", "calibration");

    @Option(names = "--resume", description = "use finished traces of the same runs again")
    private boolean resume;

    @Override
    public Integer call() {
        atLeast("trials", trials, 1);
        atLeast("clean", clean, 0);
        atLeast("pairs", pairs, 1);
        atLeast("clean-pairs", cleanPairs, 1);
        atLeast("halvings", halvings, 0);
        List<Calibrator.Case> planted = chosen().flatMap(fault -> CalibrationCases.weaker(fault, halvings).stream())
                .map(fault -> CalibrationCases.of(fault, pairs))
                .toList();
        Calibrator calibrator = new Calibrator(new LocalExecutor(parallel), out.resolve("traces"), resume);
        List<Trial> all = new ArrayList<>();
        all.addAll(calibrator
                .calibrate(CalibrationCases.clean(cleanPairs), clean, seeds, this::show)
                .trials());
        all.addAll(calibrator.calibrate(planted, trials, seeds, this::show).trials());
        Calibration found = new Calibration(all);
        String line = Sides.line(spec.commandLine());
        Path page = CalibrationReport.write(out, line, machine(), found);
        PrintWriter print = spec.commandLine().getOut();
        print.println("equal runs: %s PASS or WARN, %s FAIL"
                .formatted(found.part(true).right(), found.part(true).failed()));
        print.println("faults: %s found, first suspect right in %s"
                .formatted(found.part(false).right(), found.part(false).namedTheCause()));
        print.println("report: " + page);
        print.flush();
        return ExitCode.OK;
    }

    private static void atLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException("%s must be at least %d, was %d".formatted(name, least, value));
        }
    }

    private Stream<Fault.Choice> chosen() {
        return switch (String.join(",", faults)) {
            case "all" ->
                Fault.ofRuns().stream().map(fault -> Fault.choose(fault.about().id()));
            case "none" -> Stream.of();
            default -> faults.stream().map(Fault::choose);
        };
    }

    private void show(Trial trial) {
        PrintWriter print = spec.commandLine().getOut();
        print.println("%-13s %-9s %4.1f s  %s, trial %d: %s"
                .formatted(
                        trial.verdict().label(),
                        trial.isRight() ? "right" : "wrong",
                        trial.seconds(),
                        trial.subject().name(),
                        trial.number(),
                        Printable.line(trial.suspect().map(name -> name + ": ").orElse("") + trial.headline())));
        print.flush();
    }

    private static String machine() {
        return "%d cores, %s %s, Java %s"
                .formatted(
                        Runtime.getRuntime().availableProcessors(),
                        System.getProperty("os.name"),
                        System.getProperty("os.arch"),
                        Runtime.version());
    }
}

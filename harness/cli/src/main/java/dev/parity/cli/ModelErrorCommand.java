package dev.parity.cli;

import dev.parity.cli.DotErrors.Data;
import dev.parity.spi.Canonical;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Measures how far device models are off.
@Command(
        name = "error",
        mixinStandardHelpOptions = true,
        description = {
            "Measure the errors of device models against exact dot products of random operands.",
            "uniform: operands between 0 and 1, errors relative to the exact value; normal: standard normal operands, errors",
            "relative to the root of K. fp16 differs: share of results that are another FP16 number than the exact value.",
            "Devices and presets multiply FP16; tf32-rz, hf32-rne and so on round FP32 operands and sum as cube-rne does."
        },
        footer = {"", "Example:", "  parity model error --devices v100,h100,cube-rne,tf32-rz --k 4608"})
final class ModelErrorCommand implements Callable<Integer> {
    private static final int MOST = 1_000_000;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--devices",
            split = ",",
            paramLabel = "NAME",
            defaultValue = "v100,a100,h100,cube-rne,cube-tree,cube-trunc,tf32-rz,tf32-rna,hf32-rne,hf32-rz",
            description = "devices, presets or roundings of operands (${DEFAULT-VALUE})")
    private List<String> devices = List.of();

    @Option(
            names = "--k",
            split = ",",
            paramLabel = "N",
            defaultValue = "576,4608",
            description = "terms of a dot product, 1 to 1000000 (${DEFAULT-VALUE})")
    private List<Integer> terms = List.of();

    @Option(
            names = "--samples",
            paramLabel = "N",
            defaultValue = "1000",
            description = "dot products of each kind, 1 to 1000000 (${DEFAULT-VALUE})")
    private int samples;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "of the operands (${DEFAULT-VALUE})")
    private long seed;

    @Option(names = "--json", description = "print as JSON")
    private boolean json;

    private record Row(String device, int k, String data, int samples, double bias, double rms, double fp16Differs) {}

    @Override
    public Integer call() {
        check("--samples", samples);
        terms.forEach(k -> check("--k", k));
        List<Row> rows = new ArrayList<>();
        PrintWriter out = spec.commandLine().getOut();
        List<MeasuredUnit> units = units();
        if (!json) {
            out.println("%-12s %6s  %-8s %10s %10s  %s".formatted("", "K", "data", "bias", "rms", "fp16 differs"));
        }
        for (int k : terms) {
            for (MeasuredUnit unit : units) {
                for (Data data : Data.values()) {
                    DotErrors errors = DotErrors.of(unit.unit(), unit.format(), data, k, samples, seed);
                    Row row = new Row(
                            unit.name(),
                            k,
                            Canonical.name(data),
                            samples,
                            errors.bias(),
                            errors.rms(),
                            errors.halves());
                    rows.add(row);
                    if (!json) {
                        out.println("%-12s %6d  %-8s %10.1e %10.1e  %.1f %%"
                                .formatted(row.device, k, row.data, row.bias, row.rms, 100 * row.fp16Differs));
                        out.flush();
                    }
                }
            }
        }
        if (json) {
            Output.json(rows, out);
            out.flush();
        }
        return ExitCode.OK;
    }

    private List<MeasuredUnit> units() {
        try {
            return devices.stream().map(MeasuredUnit::of).toList();
        } catch (IllegalArgumentException problem) {
            throw new ParameterException(spec.commandLine(), problem.getMessage(), problem);
        }
    }

    private void check(String option, int found) {
        if (found < 1 || found > MOST) {
            throw new ParameterException(
                    spec.commandLine(), "%s must be 1 to %d, was %d".formatted(option, MOST, found));
        }
    }
}

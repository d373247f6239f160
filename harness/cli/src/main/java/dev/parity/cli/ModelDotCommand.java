package dev.parity.cli;

import dev.parity.spi.DeviceModel;
import dev.parity.spi.OperandFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Computes dot products as a matrix unit does.
@Command(
        name = "dot",
        mixinStandardHelpOptions = true,
        description = {
            "Compute dot products as a device's matrix unit does, from and to bit patterns.",
            "Reads the columns a, b and c_fp32: operands in hexadecimal with blanks between them (fp16 and bf16 4 digits,",
            "tf32, hf32 and fp32 8), and the FP32 accumulator. Writes a,b,c_fp32,d_fp32,d_fp16; d_fp16, with FP16 in and out and the",
            "accumulator rounded to FP16 first, for fp16 only."
        },
        footer = {
            "",
            "Examples:",
            "  parity model dot --device h100 --format fp16 --in rows.csv",
            "  parity model dot --device a100 --format tf32 --tf32-rounding rna --in rows.csv --out results.csv"
        })
final class ModelDotCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--device",
            required = true,
            paramLabel = "ID",
            description = "v100, t4, a100, a2, l40s, ada, h100, h200, b200, 910a or 910b")
    private String device = "";

    @Option(
            names = "--format",
            required = true,
            paramLabel = "FORMAT",
            description = "of a and b: fp16, bf16, tf32, hf32 or fp32")
    private OperandFormat format = OperandFormat.FP16;

    @Option(names = "--in", required = true, paramLabel = "FILE", description = "CSV with a header")
    private Path in = Path.of("");

    @Option(names = "--out", paramLabel = "FILE", description = "CSV to write, replaced if it exists (standard output)")
    private Optional<Path> out = Optional.empty();

    @Mixin
    private RuleOptions changes = new RuleOptions();

    @Override
    public Integer call() throws IOException {
        DotTable table;
        try {
            DeviceModel model = DeviceModel.of(device);
            table = new DotTable(model.unit(format, changes.over(model.rule(), format)), format);
        } catch (IllegalArgumentException problem) {
            throw new ParameterException(spec.commandLine(), problem.getMessage(), problem);
        }
        Output.write(out, spec, writer -> table.compute(in, writer));
        return ExitCode.OK;
    }
}

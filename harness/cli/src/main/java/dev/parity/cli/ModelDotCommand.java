package dev.parity.cli;

import dev.parity.spi.DeviceModel;
import dev.parity.spi.DeviceModel.TensorRounding;
import dev.parity.spi.OperandFormat;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
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
            "tf32 8), and the FP32 accumulator. Writes a,b,c_fp32,d_fp32,d_fp16; d_fp16, with FP16 in and out and the",
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
            description = "v100, t4, a100, a2, l40s, ada, h100, h200 or b200")
    private String device = "";

    @Option(names = "--format", required = true, paramLabel = "FORMAT", description = "of a and b: fp16, bf16 or tf32")
    private OperandFormat format = OperandFormat.FP16;

    @Option(names = "--in", required = true, paramLabel = "FILE", description = "CSV with a header")
    private Path in = Path.of("");

    @Option(names = "--out", paramLabel = "FILE", description = "CSV to write, replaced if it exists (standard output)")
    private Optional<Path> out = Optional.empty();

    @Option(
            names = "--tf32-rounding",
            paramLabel = "MODE",
            description = "how a and b become TF32: rz, rne or rna (rz, as the unit reads them)")
    private TensorRounding rounding = TensorRounding.RZ;

    @Option(
            names = "--products",
            paramLabel = "N",
            description = "products of a step, where the device has several (its own; t4: 8, or 4)")
    private Optional<Integer> products = Optional.empty();

    @Override
    public Integer call() throws IOException {
        DotTable table;
        try {
            OptionalInt step = products.map(OptionalInt::of).orElse(OptionalInt.empty());
            DeviceModel.Options options = new DeviceModel.Options(rounding, step);
            table = new DotTable(DeviceModel.of(device).unit(format, options), format);
        } catch (IllegalArgumentException problem) {
            throw new ParameterException(spec.commandLine(), problem.getMessage(), problem);
        }
        if (out.isEmpty()) {
            PrintWriter writer = spec.commandLine().getOut();
            table.compute(in, writer);
            writer.flush();
            return ExitCode.OK;
        }
        Path half = out.get().resolveSibling(out.get().getFileName() + ".part");
        try {
            try (PrintWriter writer = new PrintWriter(Files.newBufferedWriter(half))) {
                table.compute(in, writer);
            }
            Files.move(half, out.get(), StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(half);
        }
        return ExitCode.OK;
    }
}

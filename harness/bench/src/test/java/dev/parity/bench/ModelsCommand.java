package dev.parity.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Measures what a training step costs on the device models.
@Command(
        name = "models",
        description = "a step of 2 ranks of 8 images in fp16 on each device model, beside the plain fp16 path")
final class ModelsCommand implements Callable<Integer> {
    private static final String PLAIN = "cpu";
    private static final List<String> MODELS = List.of(
            "cuda-model:v100",
            "cuda-model:a100",
            "cuda-model:h100",
            "ascend-model:910b",
            "ascend-model:910b:cube-tree");
    private static final EngineRun.Length LENGTH = new EngineRun.Length(300, 3, 100);
    private static final int ROUNDS = 3;

    @Option(names = "--data", paramLabel = "DIR", description = "real CIFAR-10 instead of synthetic images")
    private Path data;

    @Option(names = "--out", paramLabel = "DIR", description = "where the traces go (default: ${DEFAULT-VALUE})")
    private Path out = Path.of("runs/bench");

    @Override
    public Integer call() throws IOException {
        Files.createDirectories(out);
        Map<String, List<Double>> milliseconds = new LinkedHashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            milliseconds.computeIfAbsent(PLAIN, _ -> new ArrayList<>()).add(step(PLAIN));
            for (String model : MODELS) {
                milliseconds.computeIfAbsent(model, _ -> new ArrayList<>()).add(step(model));
            }
        }
        List<Double> plain = milliseconds.get(PLAIN);
        milliseconds.forEach((backend, each) -> {
            double[] ratios = new double[ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                ratios[round] = each.get(round) / plain.get(round);
            }
            Rates ratio = Rates.of(ratios);
            System.out.printf(
                    "%s: %.2f ms a step, %.1f times plain fp16 (%.1f to %.1f in %d rounds)%n",
                    backend,
                    Rates.of(each.stream().mapToDouble(Double::doubleValue).toArray())
                            .median(),
                    ratio.median(),
                    ratio.min(),
                    ratio.max(),
                    ROUNDS);
        });
        return 0;
    }

    private double step(String backend) throws IOException {
        List<String> settings = TrainOnce.with(
                TrainOnce.settings(data),
                "reference.backend=" + backend,
                "precision.dtype=fp16",
                "parallel.world=2",
                "parallel.epSize=2",
                "train.microBatch=8",
                "data.testItems=8");
        EngineRun run = EngineRun.record(out.resolve("models.jsonl.gz"), LENGTH, settings);
        return 1e3 / run.stepsPerSecond().median();
    }
}

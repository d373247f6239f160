package dev.parity.bench;

import static org.bytedeco.pytorch.global.torch.manual_seed;

import dev.parity.bench.LibtorchPeer.Routing;
import dev.parity.engine.DataSet;
import dev.parity.engine.DataSets;
import dev.parity.runner.Scenarios;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Trains the MoE net with the engine and with libtorch in one process, by turns of less than a second, since the
/// speed of a virtual machine changes from minute to minute.
@Command(
        name = "train",
        description = "steps/s of the MoE net with AdamW, 16 images a step: the engine (2 ranks of 8) beside libtorch")
final class TrainCommand implements Callable<Integer> {
    /// All 30 epochs of 8,000 synthetic images.
    private static final EngineRun.Length LENGTH = new EngineRun.Length(8_000, 7, 1_000);
    private static final int PEER_STEPS = 80;

    @Option(names = "--json", description = "print the result as JSON")
    private boolean json;

    @Option(names = "--data", paramLabel = "DIR", description = "real CIFAR-10 instead of synthetic images")
    private Path data;

    @Option(names = "--out", paramLabel = "DIR", description = "where the traces go (default: ${DEFAULT-VALUE})")
    private Path out = Path.of("runs/bench");

    @Override
    public Integer call() throws IOException {
        Files.createDirectories(out);
        List<String> settings = new ArrayList<>(settings(data));
        settings.add("optimizer.type=adamw");
        EngineRun fp16;
        EngineRun fp32;
        List<LibtorchPeer.Result> peers;
        // All of libtorch in one thread: each would have OpenMP threads of its own, and where there are more of
        // them than cores, OpenMP sleeps at every turn.
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            List<LibtorchPeer> nets =
                    CompletableFuture.supplyAsync(() -> peers(settings), thread).join();
            Runnable rest = () -> CompletableFuture.runAsync(() -> nets.forEach(net -> net.window(PEER_STEPS)), thread)
                    .join();
            rest.run();
            fp16 = EngineRun.record(out.resolve("fp16.jsonl.gz"), LENGTH, with(settings, "precision.dtype=fp16"), rest);
            fp32 = EngineRun.record(out.resolve("fp32.jsonl.gz"), LENGTH, with(settings, "precision.dtype=fp32"), rest);
            peers = nets.stream().map(LibtorchPeer::result).toList();
        }
        LibtorchPeer.Result best = peers.stream()
                .max(Comparator.comparingDouble(peer -> peer.stepsPerSecond().median()))
                .orElseThrow();
        if (json) {
            print(fp32, fp16, best, peers);
        } else {
            report(fp32, fp16, best, peers);
        }
        return 0;
    }

    /// The data of a benchmark: the files, or as many synthetic images as keep the gate alive.
    static List<String> settings(Path data) {
        return data == null
                ? List.of("data.source=synthetic", "data.trainItems=8000", "data.testItems=400")
                : List.of("data.directory=" + data, "data.testItems=400");
    }

    static List<String> with(List<String> settings, String... more) {
        List<String> all = new ArrayList<>(settings);
        all.addAll(List.of(more));
        return all;
    }

    private static List<LibtorchPeer> peers(List<String> settings) {
        DataSet set = DataSets.of(
                        Scenarios.load("moe-cifar-seed", settings).training().data())
                .train()
                .first(8_000);
        float[] images = new float[set.size() * DataSet.IMAGE];
        long[] labels = new long[set.size()];
        for (int item = 0; item < labels.length; item++) {
            labels[item] = set.label(item);
            for (int i = 0; i < DataSet.IMAGE; i++) {
                images[item * DataSet.IMAGE + i] = (set.pixel(item, i) / 255f - 0.5f) / 0.5f;
            }
        }
        manual_seed(1);
        LibtorchPeer.Batches batches = LibtorchPeer.Batches.of(images, labels);
        List<LibtorchPeer> nets = new ArrayList<>();
        for (int threads = 1; threads <= 2; threads++) {
            for (Routing routing : Routing.values()) {
                nets.add(new LibtorchPeer(batches, routing, threads));
            }
        }
        return nets;
    }

    private static void print(
            EngineRun fp32, EngineRun fp16, LibtorchPeer.Result best, List<LibtorchPeer.Result> peers) {
        double peer = best.stepsPerSecond().median();
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("fp32StepsPerSecond", fp32.stepsPerSecond().median());
        result.put("fp16StepsPerSecond", fp16.stepsPerSecond().median());
        result.put("libtorchStepsPerSecond", peer);
        result.put("fp32Ratio", fp32.stepsPerSecond().median() / peer);
        result.put("fp16Ratio", fp16.stepsPerSecond().median() / peer);
        result.put("fp32", fp32);
        result.put("fp16", fp16);
        result.put("libtorch", peers);
        System.out.println(JsonMapper.builder()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .build()
                .writeValueAsString(result));
    }

    private static void report(
            EngineRun fp32, EngineRun fp16, LibtorchPeer.Result best, List<LibtorchPeer.Result> peers) {
        double peer = best.stepsPerSecond().median();
        line("engine fp32, 2 ranks of 8", fp32.stepsPerSecond(), peer, fp32.finalLoss());
        line("engine fp16, 2 ranks of 8", fp16.stepsPerSecond(), peer, fp16.finalLoss());
        for (LibtorchPeer.Result result : peers) {
            String name = "libtorch fp32, routing by %s, %d thread%s"
                    .formatted(result.routing().word(), result.threads(), result.threads() == 1 ? "" : "s");
            line(name, result.stepsPerSecond(), peer, result.finalLoss());
        }
        System.out.printf("digest fp32 %s%n  = %s%n", fp32.digest(), fp32.command());
        System.out.printf("digest fp16 %s%n  = %s%n", fp16.digest(), fp16.command());
    }

    private static void line(String name, Rates rates, double peer, double loss) {
        System.out.printf(
                "%-44s %6.0f steps/s (%.0f to %.0f), %5.2f x libtorch's best, final loss %.3f%n",
                name, rates.median(), rates.min(), rates.max(), rates.median() / peer, loss);
    }
}

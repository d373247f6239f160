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
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/// One process of [TrainCommand]: engine and libtorch by turns of less than a second, since the speed of a virtual
/// machine changes from minute to minute. Prints a line of JSON.
@Command(name = "train-once", hidden = true, description = "one process of train, for one precision")
final class TrainOnce implements Callable<Integer> {
    /// The first 2,500 steps are the compiler's.
    private static final EngineRun.Length LENGTH = new EngineRun.Length(2_500, 5, 400);
    private static final int PEER_STEPS = 40;

    /// The engine beside the faster of libtorch's two routings.
    ///
    /// @param engine with one or two ranks
    /// @param peer with as many threads
    record Turns(EngineRun engine, LibtorchPeer.Result peer) {}

    /// What a process measured.
    ///
    /// @param oneRank of 16 images
    /// @param twoRanks of 8
    record Result(Turns oneRank, Turns twoRanks) {
        double cpuSeconds() {
            return oneRank.engine.cpuSeconds() + twoRanks.engine.cpuSeconds();
        }
    }

    @Option(names = "--dtype", required = true)
    private String dtype;

    @Option(names = "--data")
    private Path data;

    @Option(names = "--out", required = true)
    private Path out;

    @Override
    public Integer call() throws IOException {
        Files.createDirectories(out);
        List<String> settings = with(settings(data), "optimizer.type=adamw", "precision.dtype=" + dtype);
        System.out.println(JsonMapper.shared().writeValueAsString(new Result(turns(settings, 1), turns(settings, 2))));
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

    private Turns turns(List<String> settings, int ranks) {
        List<String> all =
                with(settings, "parallel.world=" + ranks, "parallel.epSize=" + ranks, "train.microBatch=" + 16 / ranks);
        // All of libtorch in one thread: each would have OpenMP threads of its own, and where there are more of
        // them than cores, OpenMP sleeps at every turn.
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            List<LibtorchPeer> nets = CompletableFuture.supplyAsync(() -> peers(all, ranks), thread)
                    .join();
            Runnable rest = () -> CompletableFuture.runAsync(() -> nets.forEach(net -> net.window(PEER_STEPS)), thread)
                    .join();
            rest.run();
            EngineRun engine =
                    EngineRun.record(out.resolve("%s-%d.jsonl.gz".formatted(dtype, ranks)), LENGTH, all, rest);
            LibtorchPeer.Result best = nets.stream()
                    .map(LibtorchPeer::result)
                    .max(Comparator.comparingDouble(
                            peer -> peer.stepsPerSecond().median()))
                    .orElseThrow();
            return new Turns(engine, best);
        }
    }

    private static List<LibtorchPeer> peers(List<String> settings, int threads) {
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
        return Arrays.stream(Routing.values())
                .map(routing -> new LibtorchPeer(batches, routing, threads))
                .toList();
    }
}

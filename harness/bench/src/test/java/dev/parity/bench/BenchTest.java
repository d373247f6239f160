package dev.parity.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.pytorch.global.torch.manual_seed;

import dev.parity.runner.LocalExecutor;
import dev.parity.runner.RunExecutor;
import dev.parity.runner.RunPlan;
import dev.parity.runner.RunSpec;
import dev.parity.runner.Scenario;
import dev.parity.runner.Scenarios;
import dev.parity.trace.TraceReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BenchTest {
    private static final List<String> SETTINGS =
            List.of("data.source=synthetic", "data.trainItems=640", "data.testItems=16", "optimizer.type=adamw");

    @TempDir
    Path folder;

    @Test
    void theMedianLiesBetween() {
        assertThat(Rates.of(3, 1, 2)).isEqualTo(new Rates(1, 2, 3));
        assertThat(Rates.of(4, 1, 2, 3)).isEqualTo(new Rates(1, 2.5, 4));
    }

    /// The timed run is the run that `record` makes.
    @Test
    void theDigestIsThatOfARecordedRun() {
        EngineRun run = EngineRun.record(folder.resolve("timed.jsonl"), new EngineRun.Length(10, 2, 10), SETTINGS);
        List<String> overrides = TrainOnce.with(SETTINGS, "reference.backend=cpu", "train.steps=30");
        Scenario scenario = Scenarios.load("moe-cifar-seed", overrides);
        RunSpec spec = new RunSpec(
                "test",
                "reference",
                scenario.training(),
                scenario.side(Scenario.SideName.REFERENCE),
                Optional.empty(),
                List.of());
        Path trace = folder.resolve("recorded.jsonl");
        new LocalExecutor(1)
                .execute(new RunPlan(List.of(new RunPlan.Run(spec, trace))), false, RunExecutor.Progress.QUIET);
        String digest = TraceReader.read(trace).end().orElseThrow().digest();
        assertThat(run.digest()).isEqualTo(digest);
        assertThat(run.stepsPerSecond().min()).isPositive();
        assertThat(run.command()).contains("train.steps=30");
    }

    /// Both routings of the peer learn, and alike: they compute the same function.
    @Test
    void thePeerLearns() {
        float[] images = new float[320 * 3072];
        long[] labels = new long[320];
        for (int item = 0; item < labels.length; item++) {
            labels[item] = item % 10;
            for (int i = 0; i < 3072; i++) {
                images[item * 3072 + i] = (float) Math.sin((item % 10 + 1) * 0.01 * i + item * 0.001);
            }
        }
        try (PointerScope _ = new PointerScope()) {
            LibtorchPeer.Batches batches = LibtorchPeer.Batches.of(images, labels);
            double mask = finalLoss(batches, LibtorchPeer.Routing.MASK);
            double index = finalLoss(batches, LibtorchPeer.Routing.INDEX);
            assertThat(mask).as("10 classes by chance: 2.303").isLessThan(1.5);
            assertThat(index).isCloseTo(mask, within(0.2));
        }
    }

    /// Both begin with the same weights and draw the same noise.
    private static double finalLoss(LibtorchPeer.Batches batches, LibtorchPeer.Routing routing) {
        manual_seed(1);
        LibtorchPeer peer = new LibtorchPeer(batches, routing, 1);
        for (int window = 0; window < 3; window++) {
            peer.window(60);
        }
        return peer.result().finalLoss();
    }
}

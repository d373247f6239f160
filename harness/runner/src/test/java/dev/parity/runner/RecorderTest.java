package dev.parity.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parity.engine.DataException;
import dev.parity.engine.DataSets;
import dev.parity.engine.TrainingException;
import dev.parity.trace.Provenance;
import dev.parity.trace.RunTrace;
import dev.parity.trace.TraceReader;
import dev.parity.trace.TraceWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RecorderTest {
    private static final Recorder.Progress QUIET = (_, _, _) -> {};

    @TempDir
    private Path folder;

    /// A recorder whose clock stands still: no checkpoint falls due before the end.
    private static Recorder recorder(String... overrides) {
        return recorder(() -> 0, overrides);
    }

    private static Recorder recorder(LongSupplier nanoTime, String... overrides) {
        List<String> all = new ArrayList<>(
                List.of("train.steps=8", "data.trainItems=160", "data.testItems=8", "precision.lossScaleWindow=3"));
        all.addAll(List.of(overrides));
        Scenario scenario = Scenarios.load("moe-cifar", all);
        RunSpec spec = new RunSpec(
                "test", "reference", scenario.training(), scenario.reference(), Optional.empty(), List.of());
        return new Recorder(spec, DataSets.of(scenario.training().data()), Duration.ofSeconds(5), nanoTime);
    }

    @Test
    void theTraceEndsWithTheDigestThatIsReturned() {
        Path trace = folder.resolve("t.jsonl.zst");
        String digest = recorder().record(trace, false, QUIET);
        RunTrace run = TraceReader.read(trace);
        assertThat(run.end().orElseThrow().digest()).isEqualTo(digest);
        assertThat(run.steps()).hasSize(8);
        assertThat(Recorder.checkpoint(trace)).doesNotExist();
    }

    @Test
    void aFinishedRunIsLeftAsItIsWhenResumed() throws IOException {
        Path trace = folder.resolve("t.jsonl");
        String digest = recorder().record(trace, false, QUIET);
        byte[] before = Files.readAllBytes(trace);
        assertThat(recorder().record(trace, true, QUIET)).isEqualTo(digest);
        assertThat(Files.readAllBytes(trace)).isEqualTo(before);
    }

    @Test
    void aRunThatBrokeInItsProgressKeepsItsTraceAndStartsAnewWithoutACheckpoint() {
        Path trace = folder.resolve("t.jsonl.gz");
        Recorder.Progress breaks = (_, done, _) -> {
            if (done == 5) {
                throw new IllegalStateException("the observer broke");
            }
        };
        assertThatThrownBy(() -> recorder().record(trace, false, breaks))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("after step 5")
                .hasMessageContaining("the observer broke");
        RunTrace cut = TraceReader.read(trace);
        assertThat(cut.steps()).hasSize(5);
        assertThat(cut.gaps()).anyMatch(gap -> gap.contains("did not come to its end"));
        String digest = recorder().record(trace, true, QUIET);
        assertThat(digest).isEqualTo(recorder().record(folder.resolve("other.jsonl"), false, QUIET));
    }

    @Test
    void aRunThatBrokeGoesOnFromTheCheckpointThatFellDue() {
        Path trace = folder.resolve("t.jsonl");
        AtomicLong minutes = new AtomicLong();
        LongSupplier hasty = () -> TimeUnit.MINUTES.toNanos(minutes.incrementAndGet());
        Recorder.Progress breaks = (_, done, _) -> {
            if (done == 5) {
                throw new IllegalStateException("the observer broke");
            }
        };
        assertThatThrownBy(() -> recorder(hasty).record(trace, false, breaks)).isInstanceOf(TrainingException.class);
        List<Long> steps = new ArrayList<>();
        String digest = recorder(hasty).record(trace, true, (_, done, _) -> steps.add(done));
        assertThat(steps.getFirst()).isEqualTo(5); // the checkpoint holds 4
        assertThat(digest).isEqualTo(recorder().record(folder.resolve("other.jsonl"), false, QUIET));
    }

    @Test
    void aTraceOfAnotherRunIsNotResumed() {
        Path trace = folder.resolve("t.jsonl");
        recorder().record(trace, false, QUIET);
        assertThatThrownBy(() -> recorder("optimizer.lr=0.5").record(trace, true, QUIET))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("is of another run");
    }

    @Test
    void aTraceThatAnotherRunIsWritingStaysWithItsCheckpoint() throws IOException {
        Path trace = folder.resolve("t.jsonl");
        Path checkpoint = Files.writeString(Recorder.checkpoint(trace), "another run's");
        try (TraceWriter _ = new TraceWriter(trace, Provenance.of("recorded", Map.of(), Map.of(), Map.of()))) {
            byte[] before = Files.readAllBytes(trace);
            assertThatThrownBy(() -> recorder().record(trace, false, QUIET))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("t.jsonl: another run is writing this file");
            assertThat(Files.readAllBytes(trace)).isEqualTo(before);
            assertThat(checkpoint).hasContent("another run's");
        }
        recorder().record(trace, false, QUIET);
        assertThat(checkpoint).doesNotExist();
    }
}

package dev.parity.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parity.spi.ElementType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CheckpointTest {
    private static final Checkpoint SMALL =
            new Checkpoint("run", 3, 2, 5, Map.of("scale", 4.0), List.of(new TreeMap<>(Map.of("w", new double[] {1}))));

    @TempDir
    private Path folder;

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void whatWasWrittenIsReadAndNothingIsLeftBesideIt() throws IOException {
        Path file = folder.resolve("c");
        SMALL.write(file);
        Checkpoint read = Checkpoint.read(file);
        assertThat(read.records()).isEqualTo(5);
        assertThat(read.tensors().getFirst().get("w")).containsExactly(1);
        assertThat(names()).containsExactly("c");
    }

    // writing to /dev/full fails as writing to a full disk does: full(4)
    @Test
    void aFullDiskIsNamedAndLeavesTheOldCheckpointAlone() throws IOException {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "only Linux has " + full);
        Path file = folder.resolve("c");
        SMALL.write(file);
        Files.createSymbolicLink(folder.resolve("c.part"), full);
        assertThatThrownBy(() -> SMALL.write(file))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("cannot write the checkpoint %s: No space left on device", file);
        assertThat(names()).containsExactly("c");
        assertThat(Checkpoint.read(file).step()).isEqualTo(3);
    }

    @Test
    void aCheckpointThatCannotBeMovedIntoPlaceIsRemoved() throws IOException {
        Files.createDirectories(folder.resolve("c/inner"));
        assertThatThrownBy(() -> SMALL.write(folder.resolve("c"))).isInstanceOf(UncheckedIOException.class);
        assertThat(names()).containsExactly("c");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cuda-model", "ascend-model", "cpu-fp64", "cpu-stored"})
    void goingOnFromACheckpointEndsInTheSameDigest(String backend) {
        TrainingConfig config = Configs.moe(b -> {
            b.dtype = ElementType.FP16;
            b.window = 2;
            return b;
        });
        Runs.Collected whole = new Runs.Collected(backend, config, 3, Optional.empty());
        Path file = folder.resolve("run.checkpoint");
        whole.checkpoint.orElseThrow().write(file);
        Checkpoint read = Checkpoint.read(file);
        assertThat(read.step()).isEqualTo(3);
        Runs.Collected rest = new Runs.Collected(backend, config, 0, Optional.of(read));
        List<?> tail = whole.records.subList((int) read.records() + 1, whole.records.size());
        assertThat(rest.records.subList(1, rest.records.size())).isEqualTo(tail);
    }

    @Test
    void aCheckpointOfAnotherRunIsRefused() {
        Runs.Collected run = new Runs.Collected("cpu", Configs.moe(b -> b), 1, Optional.empty());
        TrainingConfig other = Configs.moe(b -> b).withSeed(2);
        assertThatThrownBy(() -> new Runs.Collected("cpu", other, 0, run.checkpoint))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("of another run");
    }

    @Test
    void aDamagedCheckpointIsRefused() throws IOException {
        Path file = folder.resolve("run.checkpoint");
        Runs.Collected run = new Runs.Collected("cpu", Configs.moe(b -> b), 1, Optional.empty());
        run.checkpoint.orElseThrow().write(file);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        assertThatThrownBy(() -> Checkpoint.read(file)).isInstanceOf(DataException.class);
    }
}

package dev.parity.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
}

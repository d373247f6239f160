package dev.parity.fakes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BuilderTest {
    private static Path build(Path directory, String by) throws IOException {
        Files.writeString(Files.createDirectory(directory).resolve("by"), by);
        return directory;
    }

    @Test
    void ofTwoBuildsTheFirstStays(@TempDir Path cache) throws IOException {
        Path home = cache.resolve("home");
        Builder.publish(build(cache.resolve("one"), "one"), home);
        Builder.publish(build(cache.resolve("two"), "two"), home);
        assertThat(home.resolve("by")).hasContent("one");
        assertThat(cache).isDirectoryNotContaining(file -> !file.equals(home));
    }
}

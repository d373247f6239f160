package dev.parity.fakes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Builds what `native/build.sh` beside this class makes.
final class BuilderTest {
    @TempDir
    private Path cache;

    @BeforeEach
    void set() {
        System.setProperty("parity.fake.cache", cache.toString());
    }

    @AfterEach
    void clear() {
        System.clearProperty("parity.fake.cache");
    }

    @Test
    void theSameSourcesAreBuiltOnce() throws IOException {
        Path home = Builder.build(BuilderTest.class, "one");
        assertThat(home.resolve("made")).hasContent("by build.sh");
        Files.writeString(home.resolve("made"), "before");
        assertThat(Builder.build(BuilderTest.class, "one")).isEqualTo(home);
        assertThat(home.resolve("made")).hasContent("before");
    }

    @Test
    void whatDoesNotCompileSaysWhyAndLeavesNothing() throws IOException {
        Files.createFile(cache.resolve("refuse")); // build.sh looks for it
        assertThatThrownBy(() -> Builder.build(BuilderTest.class, "one"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the libraries of one failed")
                .hasMessageContaining("this does not compile");
        assertThat(cache).isDirectoryNotContaining(Files::isDirectory);
    }
}

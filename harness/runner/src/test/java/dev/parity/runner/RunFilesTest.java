package dev.parity.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunFilesTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void write() throws IOException {
        for (String name : List.of(
                "gpu/seed2.jsonl.gz",
                "gpu/seed1.jsonl.zst",
                "gpu/seed3.jsonl",
                "gpu/seed3.jsonl.checkpoint",
                "gpu/seed3.jsonl.lock",
                "gpu/report.html",
                "gpu/result.json",
                "gpu/junit.xml",
                "gpu/.lock",
                "gpu/.hidden.jsonl",
                "npu/a.log",
                "npu/b.txt",
                "npu/c.log.gz",
                "npu/d.txt.zst",
                "npu/e.out",
                "empty/report.html")) {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, "");
        }
    }

    private List<String> found(String... arguments) {
        List<String> all = Stream.of(arguments)
                .map(name -> folder.resolve(name).toString())
                .toList();
        return RunFiles.of(all).stream()
                .map(file -> folder.relativize(file).toString())
                .toList();
    }

    @Test
    void aFolderStandsForItsTracesAndNothingElse() {
        assertThat(found("gpu")).containsExactly("gpu/seed1.jsonl.zst", "gpu/seed2.jsonl.gz", "gpu/seed3.jsonl");
    }

    @Test
    void aFolderStandsForItsLogsToo() {
        assertThat(found("npu/")).containsExactly("npu/a.log", "npu/b.txt", "npu/c.log.gz", "npu/d.txt.zst");
    }

    @Test
    void aFileStandsForItselfWhateverItsName() {
        assertThat(found("npu/e.out", "gpu/nowhere")).containsExactly("npu/e.out", "gpu/nowhere");
    }

    @Test
    void aGlobStandsForWhatMatches() {
        assertThat(found("gpu/*.jsonl.{gz,zst}")).containsExactly("gpu/seed1.jsonl.zst", "gpu/seed2.jsonl.gz");
        assertThat(found("*/[a-b]*")).containsExactly("npu/a.log", "npu/b.txt");
    }

    @Test
    void aGlobOfFoldersStandsForWhatTheyHold() {
        assertThat(found("g*")).isEqualTo(found("gpu"));
    }

    @Test
    void aGlobMatchesNoHiddenFile() {
        assertThat(found("gpu/*seed1*", "gpu/*.jsonl")).containsExactly("gpu/seed1.jsonl.zst", "gpu/seed3.jsonl");
    }

    @Test
    void argumentsStayInTheirOrder() {
        assertThat(found("npu/b.txt", "npu/a.log")).containsExactly("npu/b.txt", "npu/a.log");
    }

    @Test
    void whatMatchesNothingStandsAsItIs() {
        assertThat(found("gpu/*.csv", "gpu/[a")).containsExactly("gpu/*.csv", "gpu/[a");
    }

    @Test
    void aFileWithAStarInItsNameIsNoGlob() throws IOException {
        Files.writeString(folder.resolve("gpu/*.jsonl"), "");
        assertThat(found("gpu/*.jsonl")).containsExactly("gpu/*.jsonl");
    }

    @Test
    void aFolderThatHoldsNoRunIsRefused() {
        assertThatThrownBy(() -> found("empty"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "%s holds no trace and no log: expected *.jsonl, *.log or *.txt, or *.csv or *.json of a format that is known, plain, .gz or .zst",
                        folder.resolve("empty"));
    }
}

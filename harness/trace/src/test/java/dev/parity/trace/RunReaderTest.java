package dev.parity.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunReaderTest {
    private static final String LOG = """
            [1,   100] loss: 2.163
            [1,   200] loss: 1.999
            [1,   300] loss: 1.8x
            Finished Training
            """;

    @TempDir
    private Path folder;

    private Path log() throws IOException {
        return Files.writeString(folder.resolve("run.log"), LOG);
    }

    @Test
    void aLogThatIsWrittenAsATraceReadsAsTheLog() throws IOException {
        Path log = log();
        Path trace = folder.resolve("run.jsonl.gz");
        List<TraceRecord> heard = new ArrayList<>();
        RunReader.USUAL.write(log, trace, heard::add);
        RunTrace direct = RunReader.USUAL.read(log);
        RunTrace again = RunReader.USUAL.read(trace);
        assertThat(again.points()).isEqualTo(direct.points()).hasSize(2);
        assertThat(again.provenance()).isEqualTo(direct.provenance());
        assertThat(again.gaps()).isEqualTo(direct.gaps()).isNotEmpty();
        assertThat(again.notes()).isEqualTo(direct.notes());
        assertThat(again.isLog()).isTrue();
        assertThat(again.end()).isPresent();
        assertThat(heard.getFirst()).isInstanceOf(TraceRecord.Header.class);
        assertThat(heard.subList(1, heard.size()))
                .filteredOn(Point.class::isInstance)
                .hasSize(2);
        List<TraceRecord> told = new ArrayList<>();
        RunReader.USUAL.tell(log, told::add);
        assertThat(told).isEqualTo(heard);
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.map(file -> file.getFileName().toString()).filter(name -> name.startsWith("half-")))
                    .isEmpty();
        }
    }

    @Test
    void aTraceIsNotImported() throws IOException {
        Path trace = folder.resolve("run.jsonl");
        RunReader.USUAL.write(log(), trace);
        byte[] before = Files.readAllBytes(trace);
        assertThatThrownBy(() -> RunReader.USUAL.write(trace, folder.resolve("other.jsonl")))
                .isInstanceOf(TraceFormatException.class)
                .hasMessageContaining("run.jsonl is a trace already");
        assertThatThrownBy(() -> RunReader.USUAL.tell(trace, _ -> {})).hasMessageContaining("is a trace already");
        assertThat(folder.resolve("other.jsonl")).doesNotExist();
        assertThat(trace).hasBinaryContent(before);
    }

    @Test
    void whatNobodyReadsIsNotKnown() throws IOException {
        Path prose = Files.writeString(folder.resolve("prose.txt"), "It was a dark and stormy night.\n");
        assertThat(RunReader.USUAL.knows(log())).isTrue();
        assertThat(RunReader.USUAL.knows(prose)).isFalse();
        Path trace = folder.resolve("run.jsonl");
        RunReader.USUAL.write(folder.resolve("run.log"), trace);
        assertThat(RunReader.USUAL.knows(trace)).isTrue();
        assertThatThrownBy(() -> RunReader.USUAL.write(prose, trace))
                .hasMessageContaining("prose.txt: no loss was recognised");
        assertThat(RunReader.USUAL.read(trace).points()).hasSize(2); // the older one stays
    }

    @Test
    void aFolderIsARunOnlyIfItsFilesAre() throws IOException {
        log();
        assertThat(RunReader.USUAL.isRun(folder)).isFalse();
        assertThatThrownBy(() -> RunReader.USUAL.read(folder))
                .hasMessageContaining("is a folder, and no files of it make up a run together");
        assertThatThrownBy(() -> RunReader.USUAL.read(folder.resolve("absent")))
                .hasMessageContaining("absent is no file");
        assertThatThrownBy(() -> RunReader.USUAL.isRun(folder.resolve("absent")))
                .hasMessageContaining("cannot list the folder");
    }

    @Test
    void aFormatIsForcedByItsName() throws IOException {
        RunReader forced = new RunReader(Optional.of("megatron"), ColumnMap.USUAL);
        assertThat(forced.importer(log()).format()).isEqualTo("megatron");
        assertThat(forced.read(log()).provenance().source()).isEqualTo("megatron");
        assertThat(RunReader.USUAL.importer(log()).format()).isEqualTo("deepspeed");
        assertThatThrownBy(() -> new RunReader(Optional.of("mgt"), ColumnMap.USUAL))
                .hasMessageContaining("there is no format 'mgt' of logs, there are [deepspeed, ");
        ColumnMap columns = new ColumnMap(Map.of("loss", "x"));
        assertThatThrownBy(() -> new RunReader(Optional.of("deepspeed"), columns))
                .hasMessageContaining("format deepspeed has no columns to map: found {loss=x}");
    }

    @Test
    void anImporterReadsLinesOfSingleFilesUnlessItSaysOtherwise() {
        LogImporter importer = LogImporter.named("deepspeed");
        assertThat(importer.isPart("run.log")).isFalse();
        assertThat(importer.hasColumns()).isFalse();
        assertThat(importer.confidence(List.of(importer.example()))).isPositive();
    }
}

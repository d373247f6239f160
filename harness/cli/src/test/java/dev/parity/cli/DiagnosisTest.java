package dev.parity.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parity.spi.Quirk.Certainty;
import dev.parity.spi.QuirkCatalogue;
import dev.parity.trace.LogSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Tracebacks of the first port to Ascend (wangshuai09/Notebook, shortened), as they come in real logs.
final class DiagnosisTest {
    private static final List<String> QUIRKS = List.of(
            "bool-tensor-with-gradient",
            "hccl-reduces-no-bytes",
            "format-cast-of-cpu-tensor",
            "compiler-in-daemonic-process");
    private static final String FOREIGN = """
            Traceback (most recent call last):
              File "train.py", line 3, in <module>
                step()
            torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 20 MiB
            """;

    @TempDir
    Path folder;

    static List<String> quirks() {
        return QUIRKS;
    }

    private static List<String> traceback(String quirk) {
        try (InputStream in =
                Objects.requireNonNull(DiagnosisTest.class.getResourceAsStream("tracebacks/%s.txt".formatted(quirk)))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    private static Diagnosis.Report read(Path file) {
        Diagnosis diagnosis = new Diagnosis(QuirkCatalogue.all());
        try (LogSource source = LogSource.open(file)) {
            for (Optional<LogSource.Line> line = source.next(); line.isPresent(); line = source.next()) {
                diagnosis.read(Path.of("a.log"), line.get());
            }
        }
        return diagnosis.report();
    }

    private Diagnosis.Report read(List<String> lines, String end) throws IOException {
        Path file = folder.resolve("a.log");
        Files.writeString(file, String.join(end, lines) + end);
        return read(file);
    }

    private Diagnosis.Report read(List<String> lines) throws IOException {
        return read(lines, "\n");
    }

    private static List<String> ids(Diagnosis.Report report) {
        return report.findings().stream().map(finding -> finding.quirk().id()).toList();
    }

    private static void assertFound(Diagnosis.Report report, String quirk) {
        assertThat(report.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.quirk().id()).isEqualTo(quirk);
            assertThat(finding.certainty()).isEqualTo(Certainty.CERTAIN);
        });
        assertThat(report.errors()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("quirks")
    void aTracebackIsRecognised(String quirk) throws IOException {
        assertFound(read(traceback(quirk)), quirk);
    }

    @ParameterizedTest
    @MethodSource("quirks")
    void atNoCutAnotherQuirkIsNamed(String quirk) throws IOException {
        List<String> whole = traceback(quirk);
        for (int cut = 0; cut <= whole.size(); cut++) {
            assertThat(ids(read(whole.subList(0, cut))))
                    .as("the first %d lines", cut)
                    .isSubsetOf(quirk);
            assertThat(ids(read(whole.subList(cut, whole.size()))))
                    .as("from line %d on", cut + 1)
                    .isSubsetOf(quirk);
        }
    }

    @ParameterizedTest
    @MethodSource("quirks")
    void theEndAloneIsEnoughAndTheBeginningIsAtLeastAHint(String quirk) throws IOException {
        List<String> whole = traceback(quirk);
        assertThat(ids(read(whole.subList(whole.size() - 1, whole.size())))).containsExactly(quirk);
        assertThat(ids(read(whole.subList(0, whole.size() - 1)))).containsExactly(quirk);
    }

    @Test
    void aCutTracebackIsLessCertain() throws IOException {
        List<String> whole = traceback("bool-tensor-with-gradient");
        Diagnosis.Report report = read(whole.subList(0, whole.size() - 1));
        assertThat(report.findings().getFirst().certainty()).isEqualTo(Certainty.LIKELY);
        assertThat(report.findings().getFirst().places()).containsExactly("a.log:9");
    }

    // what leads to a frame need not be the quirk's error
    @Test
    void aFrameOnTheWayToAnotherErrorIsNoFinding() throws IOException {
        List<String> lines = new ArrayList<>(traceback("bool-tensor-with-gradient"));
        lines.set(lines.size() - 1, "RuntimeError: NPU out of memory. Tried to allocate 2.00 GiB");
        Diagnosis.Report report = read(lines);
        assertThat(report.findings()).isEmpty();
        assertThat(report.errors())
                .extracting(Diagnosis.Unexplained::text)
                .containsExactly("RuntimeError: NPU out of memory. Tried to allocate 2.00 GiB");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[rank1]: ",
                "[rank1]:[2025-01-02 10:11:12,345] ",
                "[default1]:",
                "2023-10-31 07:16:15,504 rank1 | ",
                "2023-10-31T07:16:15.504Z [rank1]: ",
                "\u001b[36mnode1: \u001b[0m[rank1]: \u001b[31m"
            })
    void aPrefixHidesNothingAndNamesTheRank(String prefix) throws IOException {
        for (String quirk : QUIRKS) {
            Diagnosis.Report report = read(traceback(quirk).stream()
                    .map(line -> prefix + line + "\u001b[0m")
                    .toList());
            assertFound(report, quirk);
            assertThat(report.findings().getFirst().ranks()).containsExactly("1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"worker-0  | ", "node1: ", "3: ", "(EngineCore_DP0 pid=471424) ", "        "})
    void aPrefixWithoutARankHidesNothing(String prefix) throws IOException {
        for (String quirk : QUIRKS) {
            Diagnosis.Report report =
                    read(traceback(quirk).stream().map(line -> prefix + line).toList());
            assertFound(report, quirk);
            assertThat(report.findings().getFirst().ranks()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void ranksMixedLineByLineAreAllRecognised(boolean prefixed) throws IOException {
        List<List<String>> ranks = new ArrayList<>();
        for (int rank = 0; rank < QUIRKS.size(); rank++) {
            String prefix = prefixed ? "[rank%d]: ".formatted(rank) : "";
            ranks.add(traceback(QUIRKS.get(rank)).stream()
                    .map(line -> prefix + line)
                    .toList());
        }
        ranks.add(FOREIGN.lines()
                .map(line -> (prefixed ? "[rank9]: " : "") + line)
                .toList());
        List<String> mixed = IntStream.range(0, 20)
                .boxed()
                .flatMap(i -> ranks.stream().filter(lines -> i < lines.size()).map(lines -> lines.get(i)))
                .toList();
        Diagnosis.Report report = read(mixed);
        assertThat(ids(report)).containsExactlyInAnyOrderElementsOf(QUIRKS);
        assertThat(report.findings()).allMatch(finding -> finding.certainty() == Certainty.CERTAIN);
        assertThat(report.errors())
                .extracting(Diagnosis.Unexplained::text)
                .containsExactly("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 20 MiB");
        if (prefixed) {
            report.findings()
                    .forEach(finding -> assertThat(finding.ranks())
                            .containsExactly(String.valueOf(
                                    QUIRKS.indexOf(finding.quirk().id()))));
        }
    }

    @Test
    void otherLineEndsAndCompressionHideNothing() throws IOException {
        for (String quirk : QUIRKS) {
            assertFound(read(traceback(quirk), "\r\n"), quirk);
            Path file = folder.resolve("a.log.gz");
            try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
                out.write(String.join("\n", traceback(quirk)).getBytes(StandardCharsets.UTF_8));
            }
            assertFound(read(file), quirk);
        }
    }

    // multiprocessing of Python says this of any program
    @Test
    void aDaemonicProcessWithoutTheCompilerIsOnlyPossible() throws IOException {
        Diagnosis.Report report = read(List.of("AssertionError: daemonic processes are not allowed to have children"));
        assertThat(report.findings().getFirst().certainty()).isEqualTo(Certainty.POSSIBLE);
    }

    // forms of torch_npu's messages as in issues 14159 of sgl-project/sglang and 9554 of vllm-project/vllm-ascend
    @Test
    void codesAreExplained() throws IOException {
        Diagnosis.Report report = read(List.of(
                "NPU function error: call aclnnInplaceCopy failed, error code is 161002",
                "[ERROR] 2025-11-30-05:12:25 (PID:4346, Device:0, RankID:3) ERR00100 PTA call acl api failed.",
                "rtDeviceSynchronizeWithTimeout:ErrCode=507015, desc=[aicore exception], InnerCode=0x7150026"));
        assertThat(ids(report)).containsExactly("aclnn-refuses-parameter");
        assertThat(report.codes())
                .extracting(code -> code.text() + " " + code.meaning())
                .anyMatch(text -> text.startsWith("161002 aclnn PARAM_INVALID"))
                .anyMatch(text -> text.startsWith("ERR00100 torch_npu's call of CANN failed"))
                .anyMatch(text -> text.equals("507015 ACL_ERROR_RT_AICORE_EXCEPTION"));
    }

    @Test
    void manyLinesAreCountedAndTheFirstKept() throws IOException {
        List<String> lines = IntStream.range(0, 1000)
                .mapToObj(rank ->
                        "[rank%d]: RuntimeError: HCCL AllReduce & Reduce: Unsupported data type".formatted(rank))
                .toList();
        Diagnosis.Finding finding = read(lines).findings().getFirst();
        assertThat(finding.lines()).isEqualTo(1000);
        assertThat(finding.places()).hasSize(Diagnosis.MOST_PLACES).startsWith("a.log:1", "a.log:2");
        assertThat(finding.ranks()).hasSize(1000).startsWith("0", "1", "2", "3").endsWith("999");
    }

    @Test
    void realLogsOfTrainingsThatEndedWellShowNothing() throws IOException {
        Path logs = Path.of("../../../shared/logs");
        assumeTrue(Files.isDirectory(logs), "the collection of real logs is not here");
        try (Stream<Path> files = Files.walk(logs)) {
            List<Path> all =
                    files.filter(file -> file.toString().endsWith(".log")).toList();
            assertThat(all).isNotEmpty();
            for (Path file : all) {
                assertThat(ids(read(file))).as("%s", file).isEmpty();
            }
        }
    }
}

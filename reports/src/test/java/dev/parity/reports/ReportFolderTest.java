package dev.parity.reports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parity.statistics.ParityResult;
import dev.parity.trace.Provenance;
import dev.parity.trace.RunTrace;
import dev.parity.trace.TraceRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

final class ReportFolderTest {
    /// ESC, NUL, BEL and half of a surrogate pair.
    private static final String HOSTILE = "x\u001b[31m\u0000\u0007\ud800";

    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-29T13:31:00Z"));

    @TempDir
    private Path folder;

    private static RunTrace run(String name, Map<String, String> underTest, Map<String, String> context) {
        List<TraceRecord> records = Results.steps(_ -> 1);
        Provenance provenance =
                Provenance.of(Provenance.RECORDED, Map.of(Provenance.LOSS_SCALER, name), underTest, context);
        return RunTrace.of(name, new TraceRecord.Header(1, provenance), records, List.of(name + " is cut"));
    }

    private static ParityResult result() {
        return Results.judge(run("a", Map.of(), Map.of()), run("a", Map.of(), Map.of()));
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void theThreeFilesOfAResultAreWritten() throws IOException {
        ParityResult result = result();
        Iterator<Instant> times =
                List.of(CLOCK.instant(), CLOCK.instant().plusSeconds(2)).iterator();
        ReportFolder.Report report =
                ReportFolder.write(folder.resolve("new/one"), "t", "parity", times::next, () -> result);
        assertThat(report.result()).isEqualTo(result);
        assertThat(report.file()).isEqualTo(folder.resolve("new/one/report.html"));
        assertThat(report.started()).isEqualTo("2026-11-29T13:31:00Z");
        assertThat(report.took()).hasSeconds(2);
        assertThat(folder.resolve("new/one"))
                .isDirectoryContaining("glob:**/report.html")
                .isDirectoryContaining("glob:**/result.json")
                .isDirectoryContaining("glob:**/junit.xml")
                .isDirectoryNotContaining("glob:**/*.part");
    }

    @Test
    void anEarlierResultIsRemovedBeforeANewOneIsSoughtAndAllElseStays() throws IOException {
        for (String name : List.of("report.html", "result.json", "junit.xml", "reference-seed1.jsonl.gz")) {
            Files.writeString(folder.resolve(name), "earlier");
        }
        assertThatThrownBy(() -> ReportFolder.write(folder, "t", "parity", CLOCK, () -> {
                    throw new IllegalStateException("no result");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no result");
        assertThat(files()).containsExactly(".lock", "reference-seed1.jsonl.gz");
    }

    @Test
    void aReportThatCannotBeWrittenLeavesNothing() throws IOException {
        Path inTheWay = folder.resolve("junit.xml/full");
        assertThatThrownBy(() -> ReportFolder.write(folder, "t", "parity", CLOCK, () -> {
                    makeFolder(inTheWay);
                    return result();
                }))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("cannot write the report into " + folder);
        assertThat(inTheWay).isDirectory();
        assertThat(files()).containsExactly(".lock", "junit.xml");
    }

    private static void makeFolder(Path place) {
        try {
            Files.createDirectories(place);
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    @Test
    void aFullDiskIsTheReasonAndNothingIsLeft() throws IOException, InterruptedException {
        Process mount = new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", folder.toString())
                .redirectErrorStream(true)
                .start();
        assumeTrue(mount.waitFor(10, TimeUnit.SECONDS) && mount.exitValue() == 0, "no right to mount a small disk");
        try {
            assertThatThrownBy(() -> ReportFolder.write(folder, "t", "parity", CLOCK, ReportFolderTest::result))
                    .hasRootCauseMessage("No space left on device");
            assertThat(files()).containsExactly(".lock");
        } finally {
            new ProcessBuilder("umount", folder.toString()).start().waitFor();
        }
    }

    @Test
    void aFolderThatIsInUseIsRefusedUntilItsResultIsWritten() {
        ReportFolder.write(folder, "t", "parity", CLOCK, () -> {
            assertThatThrownBy(() -> ReportFolder.write(folder, "t", "parity", CLOCK, ReportFolderTest::result))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("the folder %s is in use by another run".formatted(folder));
            return result();
        });
        ReportFolder.write(folder, "t", "parity", CLOCK, ReportFolderTest::result);
    }

    @Test
    void aFileIsNoFolder() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "kept");
        assertThatThrownBy(() -> ReportFolder.write(file, "t", "parity", CLOCK, ReportFolderTest::result))
                .hasMessageContaining("is a file: expected a folder");
        assertThatThrownBy(
                        () -> ReportFolder.write(file.resolve("below"), "t", "parity", CLOCK, ReportFolderTest::result))
                .isInstanceOf(UncheckedIOException.class);
        assertThat(file).hasContent("kept");
    }

    @Test
    void controlCharactersFromOutsideReachNoFile() throws IOException, ParserConfigurationException, SAXException {
        ParityResult hostile = Results.judge(run("a", Map.of(), Map.of()), run(HOSTILE, Map.of(), Map.of()));
        ReportFolder.write(folder, HOSTILE, "parity compare " + HOSTILE, CLOCK, () -> hostile);
        for (String name : List.of("report.html", "result.json", "junit.xml")) {
            String text = Files.readString(folder.resolve(name), StandardCharsets.UTF_8);
            assertThat(text.chars().filter(c -> Character.isISOControl(c) && c != '\n'))
                    .as(name)
                    .isEmpty();
            assertThat(text).as(name).containsIgnoringCase("x\\u001b[31m\\u0000\\u0007\\ud800");
        }
        assertThat(xml().getAttribute("name")).isEqualTo("parity.x\\u001b[31m\\u0000\\u0007\\ud800");
    }

    @Test
    void whatWasPlantedAndOverriddenStandsInEveryFile() throws IOException, ParserConfigurationException, SAXException {
        Map<String, String> context = Map.of(Provenance.OVERRIDES, "study.seeds=3");
        ParityResult faulted = Results.judge(
                run("a", Map.of(), context), run("a", Map.of(Provenance.FAULT, "learning-rate=2"), context));
        ReportFolder.write(folder, "t", "parity run", CLOCK, () -> faulted);
        assertThat(folder.resolve("report.html"))
                .content()
                .contains("<span>fault planted: learning-rate=2; overridden: study.seeds=3; ");
        assertThat(folder.resolve("result.json"))
                .content()
                .contains("\"planted\" : [ \"learning-rate=2\" ]", "\"overridden\" : [ \"study.seeds=3\" ]");
        Element property = (Element) xml().getElementsByTagName("property").item(0);
        assertThat(property.getAttribute("name")).isEqualTo("fault planted");
        assertThat(property.getAttribute("value")).isEqualTo("learning-rate=2");
    }

    @Test
    void aGapStandsBesideTheVerdict() throws IOException {
        ReportFolder.write(folder, "t", "parity", CLOCK, ReportFolderTest::result);
        assertThat(folder.resolve("report.html")).content().contains("What is missing", "<li>a is cut</li>");
    }

    private Element xml() throws ParserConfigurationException, IOException, SAXException {
        return DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(folder.resolve("junit.xml").toFile())
                .getDocumentElement();
    }
}

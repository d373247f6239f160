package dev.parity.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parity.statistics.ParityResult;
import dev.parity.statistics.Profile;
import dev.parity.trace.Provenance;
import dev.parity.trace.StepRecord;
import dev.parity.trace.TraceFormatException;
import dev.parity.trace.TraceWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JudgeTest {
    private static final Judge JUDGE = new Judge(Profile.STRICT, Map.of(), Set.of(), Optional.empty());

    @TempDir
    private Path folder;

    /// Writes a trace of two steps.
    private Path trace(String name, Map<String, String> keys) {
        Path file = folder.resolve(name);
        try (TraceWriter writer = new TraceWriter(file, Provenance.of(Provenance.RECORDED, keys, Map.of(), Map.of()))) {
            for (int step = 1; step <= 2; step++) {
                writer.write(new StepRecord(
                        step,
                        1,
                        List.of(1.0),
                        1,
                        false,
                        0.01,
                        new TreeMap<>(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of()));
            }
        }
        return file;
    }

    private Path seed(String name, long seed) {
        return trace(name, Map.of(Provenance.SEED, String.valueOf(seed)));
    }

    private Path log(String name) throws IOException {
        return Files.writeString(folder.resolve(name), "[1,   100] loss: 2.300\n[1,   200] loss: 2.200\n");
    }

    private static List<String> pairs(ParityResult result) {
        return result.pairs().stream()
                .map(pair -> "%s %s"
                        .formatted(pair.reference().name(), pair.candidate().name()))
                .toList();
    }

    @Test
    void runsArePairedByTheirSeedsInTheOrderOfTheSeeds() {
        List<Path> references = List.of(seed("g10", 10), seed("g9", 9), seed("g100", 100));
        List<Path> candidates = List.of(seed("n9", 9), seed("n100", 100), seed("n10", 10));
        assertThat(pairs(JUDGE.judge(references, candidates))).containsExactly("g9 n9", "g10 n10", "g100 n100");
    }

    @Test
    void aSeedThatIsNotOnceOnEachSideIsNamedWithItsFiles() {
        Path twice = seed("g1-again", 1);
        List<Path> references = List.of(seed("g1", 1), twice, seed("g2", 2));
        List<Path> candidates = List.of(seed("n1", 1), seed("n3", 3));
        assertThatThrownBy(() -> JUDGE.judge(references, candidates))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("""
                        runs are paired by their seeds, each once a side:
                        seed 1 has 2 references (%s, %s) and one candidate (%s)
                        seed 2 has one reference (%s) and no candidate
                        seed 3 has no reference and one candidate (%s)""", references.get(0), twice, candidates.get(0), references.get(2), candidates.get(1));
    }

    @Test
    void ofManySeedsThatDoNotFitTheFirstAreNamed() {
        List<Path> references = LongStream.rangeClosed(1, 9)
                .mapToObj(seed -> seed("g" + seed, seed))
                .toList();
        assertThatThrownBy(() -> JUDGE.judge(references, List.of(seed("n", 2))))
                .hasMessageContaining("seed 1 has one reference")
                .hasMessageNotContaining("seed 2 has")
                .hasMessageContaining("seed 6 has")
                .hasMessageEndingWith("and no candidate\nand 3 seeds more");
    }

    @Test
    void oneAgainstOneIsComparedWhateverTheSeeds() {
        ParityResult result = JUDGE.judge(List.of(seed("g", 1)), List.of(seed("n", 2)));
        assertThat(pairs(result)).containsExactly("g n");
        assertThat(result.evidence().getFirst().sentence()).contains("seed (1 against 2)");
    }

    @Test
    void runsThatKnowNoSeedArePairedAsTheyStandAndSaySo() throws IOException {
        List<Path> references = List.of(log("b.log"), log("a.log"));
        List<Path> candidates = List.of(log("c.log"), log("d.log"));
        ParityResult result = JUDGE.judge(references, candidates);
        assertThat(pairs(result)).containsExactly("b.log c.log", "a.log d.log");
        assertThat(result.pairs().getFirst().reference().notes())
                .contains("no run knows its seed: paired in the order given, %s with %s"
                        .formatted(references.getFirst(), candidates.getFirst()));
    }

    @Test
    void oneLogAgainstOneNeedsNoWordAboutItsSeed() throws IOException {
        ParityResult result = JUDGE.judge(List.of(log("a.log")), List.of(log("b.log")));
        assertThat(result.pairs().getFirst().reference().notes()).noneMatch(note -> note.contains("seed"));
    }

    @Test
    void runsThatKnowNoSeedMustBeAsManyOnBothSides() throws IOException {
        List<Path> references = List.of(log("a.log"), log("b.log"));
        List<Path> candidates = List.of(log("c.log"));
        assertThatThrownBy(() -> JUDGE.judge(references, candidates))
                .hasMessageEndingWith("expected as many candidates as references, found 1 and 2");
    }

    @Test
    void aRunThatKnowsNoSeedStandsOnceOnASide() throws IOException {
        List<Path> references = List.of(log("a.log"), log("b.log"));
        Path twice = log("c.log");
        List<Path> candidates = List.of(twice, folder.resolve("./c.log"));
        assertThatThrownBy(() -> JUDGE.judge(references, candidates))
                .hasMessage("%s stands twice on one side: expected each run once", candidates.getLast());
    }

    @Test
    void runsOfWhichSomeKnowTheirSeedAreRefused() {
        Path unknown = trace("n2", Map.of());
        List<Path> references = List.of(seed("g1", 1), seed("g2", 2));
        List<Path> candidates = List.of(seed("n1", 1), unknown);
        assertThatThrownBy(() -> JUDGE.judge(references, candidates))
                .hasMessage(
                        "some runs know their seed, others do not, so they cannot be paired: there is none in %s",
                        unknown);
    }

    @Test
    void aLogAmongTracesIsNamed() throws IOException {
        Path log = log("n.log");
        List<Path> references = List.of(seed("g1", 1), seed("g2", 2));
        List<Path> candidates = List.of(seed("n1", 1), log);
        assertThatThrownBy(() -> JUDGE.judge(references, candidates))
                .hasMessage(
                        "%s is a log, whose losses are means over many steps, %s is a recorded trace: compare like"
                                + " with like",
                        log, references.getFirst());
    }

    @Test
    void theFirstFileThatIsNoRunIsNamed() throws IOException {
        List<Path> bad = Stream.of("x.txt", "y.txt").map(folder::resolve).toList();
        for (Path file : bad) {
            Files.writeString(file, "hello\n");
        }
        List<Path> good = List.of(seed("g1", 1), seed("g2", 2));
        assertThatThrownBy(() -> JUDGE.judge(bad, good))
                .isInstanceOf(TraceFormatException.class)
                .hasMessageContaining("x.txt: no loss was recognised");
    }

    @Test
    void whatNamesNoKeyOrGateIsRefusedBeforeAnythingIsRead() {
        assertThatThrownBy(() -> new Judge(Profile.STRICT, Map.of("speed", "slow"), Set.of(), Optional.empty()))
                .hasMessageContaining("no comparability key 'speed'");
        assertThatThrownBy(() -> new Judge(Profile.STRICT, Map.of(), Set.of("loss"), Optional.empty()))
                .hasMessageContaining("no gate 'loss'");
    }
}

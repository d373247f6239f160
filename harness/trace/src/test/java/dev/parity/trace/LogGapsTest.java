package dev.parity.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LogGapsTest {
    @TempDir
    private Path folder;

    private RunTrace read(String text) throws IOException {
        Path file = folder.resolve("run.log");
        Files.writeString(file, text);
        return RunReader.USUAL.read(file);
    }

    private static final String FINISHED = "Finished Training\n";

    // rank 0 prints one line of the loss, in pieces where another rank writes meanwhile
    @ParameterizedTest
    @ValueSource(
            strings = {
                "[1, 200] loss: 2.3.1",
                "[1, 200] loss: 1.4x",
                "[1, 200] loss: 1.4d",
                "[1, 200] loss: ",
                "[1, 200] loss: 1.4 1.5",
                "[1, 20",
                "[ 1,",
                "[1, 200] lo",
                "00] loss: 1.400",
                "[99999999999, 200] loss: 1.4",
                "[deepspeed] OVERFLOW! Rank 0 Skipping step. Attempted loss scale: 16.3.84, reducing to 8192",
                "[deepspeed] OVERFLOW! Rank 0 Skipping step. Attempted loss sc",
                "[unfused_optimizer.py:282:_update_scale] Reducing dynamic loss scale from 8192.0 to",
                "Accuracy of the network on the 10000 test images: 4",
                "Accuracy of the network on the 10000 test images: 101 %",
                "Accuracy of plane : 51.5 %"
            })
    void aLineThatCannotBeReadIsAGapWithFileAndLine(String line) throws IOException {
        RunTrace run = read("[1, 100] loss: 2.3\n%s\n%s".formatted(line, FINISHED));
        assertThat(run.losses()).hasSize(1);
        assertThat(run.gaps())
                .containsExactly(
                        "1 lines of a loss, a loss scale or an accuracy could not be read, the first is run.log:2: '%s'"
                                .formatted(line));
    }

    @Test
    void linesThatCannotBeReadAreCounted() throws IOException {
        assertThat(read("[1, 100] loss: 2.3\n[1, 20\n00] loss: 2.2\n" + FINISHED)
                        .gaps())
                .singleElement()
                .asString()
                .startsWith("2 lines of a loss")
                .endsWith("the first is run.log:2: '[1, 20'");
    }

    @Test
    void aLongLineThatCannotBeReadIsShortened() throws IOException {
        assertThat(read("[1, 100] loss: 2.3\nloss: %s\n%s".formatted("x".repeat(1000), FINISHED))
                        .gaps())
                .containsExactly(
                        "1 lines of a loss, a loss scale or an accuracy could not be read, the first is run.log:2: 'loss: %s…'"
                                .formatted("x".repeat(94)));
    }

    // lines of the logs beside which the reader was written: a timestamp, a list, DeepSpeed's own words
    @ParameterizedTest
    @ValueSource(
            strings = {
                "[2023-10-31 04:00:02,829] [INFO] [unfused_optimizer.py:289:_update_scale] No Grad overflow for 500 iterations",
                "[1, 2, 3]",
                "GroundTruth:    cat  ship  ship plane",
                "dynamic_loss_scale_args ...... {'init_scale': 65536, 'scale_window': 100}",
                "Current loss scale already at minimum - cannot decrease scale anymore. Exiting run."
            })
    void otherLinesAreNoGap(String line) throws IOException {
        assertThat(read("[1, 100] loss: 2.3\n%s\n%s".formatted(line, FINISHED)).gaps())
                .isEmpty();
    }

    @Test
    void aLogWithoutALossSaysSoFirst() throws IOException {
        RunTrace run = read("""
                [deepspeed] OVERFLOW! Rank 0 Skipping step. Attempted loss scale: 16384, reducing to 8192
                Accuracy of plane : x %
                """);
        assertThat(run.scaleEvents()).hasSize(1);
        assertThat(run.gaps())
                .first()
                .isEqualTo("run.log: no loss was recognised: expected lines such as '[1,  2000] loss: 2.163'");
    }

    @Test
    void aLogThatStopsBeforeItsEndHasAGap() throws IOException {
        assertThat(read("[1, 100] loss: 2.3\n" + FINISHED + "[2, 100] loss: 2.2\n")
                        .gaps())
                .containsExactly(
                        "run.log: no 'Finished Training' follows the last loss: the run did not come to its end");
    }

    @Test
    void twoRanksMayEndOnOneLine() throws IOException {
        RunTrace run = read("[1, 100] loss: 2.3\nFinished TrainingFinished Training\n\n");
        assertThat(run.gaps()).isEmpty();
        assertThat(run.provenance().comparability()).containsEntry(Provenance.WORLD, "2");
    }

    private static String losses(String places) {
        StringBuilder text = new StringBuilder();
        for (String place : places.split(" ", -1)) {
            text.append("[%s] loss: 2.3\n".formatted(place.replace(":", ", ")));
        }
        return text + FINISHED;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            1:2000 1:4000 1:8000                      | 2000 steps, but none at [1, 6000], after run.log:2
            1:100 1:200 1:400 1:500 1:700             | 100 steps, but none at [1, 300], after run.log:2
            1:100 1:200 1:300 2:200 2:300             | 100 steps, but none at [2, 100], after run.log:3
            1:100 1:200 2:100 2:200 2:300             | 100 steps, but none at [1, 300], after run.log:2
            1:100 1:200 3:100 3:200                   | 100 steps, but none at [2, 100], after run.log:2
            1:100 1:200 1:300 2:100 2:200             | 100 steps, but none at [2, 300], after run.log:5
            9:300 9:200 9:600                         | 100 steps, but none at [9, 400], after run.log:1
            """)
    void aHoleInAConstantIntervalIsAGap(String places, String expected) throws IOException {
        assertThat(read(losses(places)).gaps()).containsExactly("there is a loss every " + expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5:2000 30:2000", // one an epoch, some left out: no interval
                "30:2200 30:2300 30:2400", // begins within an epoch
                "1:100 1:200 1:300 1:350 2:100 2:200 2:300 2:350", // prints an epoch's end too
                "1:100 1:200 2:330 2:430", // its counter goes on over epochs
                "1:1 1:2 1:4 1:8 1:16" // ever more seldom: no interval
            })
    void otherStepsAreNoHole(String places) throws IOException {
        assertThat(read(losses(places)).gaps()).isEmpty();
    }

    @Test
    void aLogThatWasCutLacksNoLossAfterItsLast() throws IOException {
        String text = losses("1:100 1:200 1:300 2:100").replace(FINISHED, "");
        assertThat(read(text).gaps()).singleElement().asString().contains("no 'Finished Training'");
    }

    @Test
    void aLongLineOfALogIsCutWhichIsAGap() throws IOException {
        RunTrace run = read("[1, 100] loss: 2.3\n%s[1, 200] loss: 2.2\n[1, 200] loss: 2.1\n%s"
                .formatted("x".repeat(3 << 20), FINISHED));
        assertThat(run.losses()).extracting(Point::value).containsExactly(2.3, 2.1);
        assertThat(run.losses().getLast().origin()).isEqualTo("run.log:3");
        assertThat(run.gaps()).containsExactly("run.log:2 was read up to its byte 1048576, longer lines are cut");
    }
}

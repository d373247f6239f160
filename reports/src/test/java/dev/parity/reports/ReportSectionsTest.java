package dev.parity.reports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parity.trace.Evaluation;
import dev.parity.trace.Provenance;
import dev.parity.trace.RunTrace;
import dev.parity.trace.StepRecord;
import dev.parity.trace.TraceRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a report shows of runs that record more than their loss.
final class ReportSectionsTest {
    private static final List<Integer> LABELS = List.of(0, 0, 0, 0, 1, 1);

    @TempDir
    private Path folder;

    private static Evaluation.Rank rank(List<Integer> predictions) {
        return new Evaluation.Rank(
                0,
                Evaluation.Score.of(4, 6),
                List.of(
                        new Evaluation.ClassScore("cat", Evaluation.Score.of(3, 4)),
                        new Evaluation.ClassScore("dog", Evaluation.Score.of(1, 2))),
                predictions,
                null);
    }

    /// A run of 40 steps with two experts, of which one step routes otherwise.
    private static RunTrace run(String name, List<Integer> counts, List<Integer> late, List<Integer> predictions) {
        List<TraceRecord> records = new ArrayList<>();
        for (int step = 1; step <= 40; step++) {
            records.add(new StepRecord(
                    step,
                    1,
                    List.of(1 + Math.exp(-step / 30.0)),
                    1024,
                    false,
                    0.01,
                    new TreeMap<>(Map.of(StepRecord.GLOBAL, 1.0)),
                    List.of(step == 7 ? late : counts),
                    List.of(0),
                    List.of("a"),
                    List.of()));
        }
        records.add(new Evaluation(40, "eval", LABELS, List.of(rank(predictions))));
        records.add(new TraceRecord.End(40, "0123456789abcdef".repeat(4)));
        Provenance provenance = Provenance.of(
                Provenance.RECORDED, Map.of(Provenance.SEED, "1"), Map.of(Provenance.DEVICE, name), Map.of());
        return RunTrace.of(name, new TraceRecord.Header(1, provenance), records, List.of());
    }

    static RunTrace reference() {
        return run("gpu", List.of(6, 2), List.of(6, 2), List.of(0, 0, 0, 1, 1, 1));
    }

    private static String html(RunTrace candidate) {
        return HtmlReport.of("t", "parity compare a b", Results.judge(reference(), candidate));
    }

    /// A report with all that a report can show.
    static String full(Path folder) {
        LockstepReport.write(folder, "parity lockstep", LockstepReportTest.result());
        return HtmlReport.of(
                "everything",
                "parity compare a b",
                Results.judge(reference(), candidate()),
                Optional.of(LockstepTable.read(folder)));
    }

    static RunTrace candidate() {
        return run("npu", List.of(5, 3), List.of(4, 4), List.of(0, 0, 1, 1, 1, 0));
    }

    @Test
    void predictionsAreComparedClassByClass() {
        // by hand: of four cats, one is taken for a dog, then two; of two dogs none for a cat, then one
        assertThat(html(candidate()))
                .contains("title=\"cat taken for dog: reference 1 of 4, candidate 2 of 4\">+25.00</td>")
                .contains("title=\"cat taken for cat: reference 3 of 4, candidate 2 of 4\">-25.00</td>")
                .contains(
                        "class=\"n more\" style=\"--heat: 100%\" title=\"dog taken for cat: reference 0 of 2, candidate 1 of 2\">+50.00</td>")
                .contains(
                        "class=\"n less\" style=\"--heat: 100%\" title=\"dog taken for dog: reference 2 of 2, candidate 1 of 2\">-50.00</td>");
    }

    @Test
    void withoutPredictionsThereIsNoSuchTable() {
        RunTrace silent = run("npu", List.of(5, 3), List.of(5, 3), List.of());
        assertThat(html(silent)).doesNotContain("id=\"confusion\"").contains("id=\"routing\"");
    }

    @Test
    void agreementOfTheRoutingIsDrawnStepByStep() {
        // by hand: shares 6/8 and 5/8 are 1 - (1/8 + 1/8) / 2 = 87.5 % alike; at step 7 6/8 and 4/8 are 75 %; the mean
        // is (39 * 87.5 + 75) / 40
        assertThat(html(candidate()))
                .contains("aria-label=\"layer 0: mean 87.19 %, last quarter 87.50 %, lowest 75.00 % (step 7)\"")
                // the scale begins at 70 %, so that 87.5 % stand at 41.7 of 100
                .contains("<span class=\"small\">70.00 %</span>", "d=\"M0.0 41.7L");
        assertThat(html(run("npu", List.of(6, 2), List.of(6, 2), List.of(0, 0, 0, 1, 1, 1))))
                .contains("mean 100.00 %");
    }

    @Test
    void aGateSaysWhatItCouldHaveFound() {
        String html = html(candidate());
        assertThat(html).contains("What these runs could show");
        assertThat(html.substring(html.indexOf("id=\"power\""))).contains("<code>loss-whole</code>");
    }

    @Test
    void aLockstepIsShownWithTheOpsThatAreBeyond() throws IOException {
        String html = full(folder);
        assertThat(html.substring(html.indexOf("id=\"lockstep\"")))
                .contains("2 of 3 Op outputs beyond the profile", "step 3, forward Op 2 (MatMul), &lt;script&gt;")
                .contains("step 3, forward Op 3 (MatMul), fc3")
                .doesNotContain("Op 1 (MatMul)");
        Path file = Files.writeString(folder.resolve("other.json"), "{\"verdict\": \"PASS\"}");
        assertThatThrownBy(() -> LockstepTable.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("other.json is no lockstep");
    }
}

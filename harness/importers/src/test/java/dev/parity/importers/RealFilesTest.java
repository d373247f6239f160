package dev.parity.importers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parity.trace.LogImporter;
import dev.parity.trace.Point;
import dev.parity.trace.Provenance;
import dev.parity.trace.RunReader;
import dev.parity.trace.RunTrace;
import dev.parity.trace.Series;
import dev.parity.trace.StepRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Numbers of points are those that the command in the comment counts in the file.
final class RealFilesTest {
    private static final String GLOBAL = Series.gradientNorm(StepRecord.GLOBAL);
    private static final String HF = "hf-trainer_state-lora-distilbert-2025-09.json";
    private static final String OLD_HF = "hf-trainer_state-v4old-no-grad_norm-GeoLLM-head.json";
    private static final String LIGHTNING = "lightning-csvlogger-mnist-metrics.csv";
    private static final String GOLDEN =
            "megatron-golden/gpt3_mcore_cp2_pp2_ep2_te_4experts2parallel_nondeterministic__golden_values_dev_dgx_a100.json";
    private static final String LIST = "megatron-golden/gpt3_mcore_tp1_pp2_fp16__golden_values_lts_dgx_a100.json";
    private static final String QWEN = "mindspeed-llm/qwen2_moe_tp1_pp2_ep2_cp2_32k.json";

    private static final String EVENTS = "tensorboard-lightning-mnist.events.out.tfevents.1785441771";

    @TempDir
    private Path folder;

    private static RunTrace read(String name) {
        return RunReader.USUAL.read(SharedLogs.file(name));
    }

    private static List<Point> points(RunTrace run, String series) {
        return run.series(series);
    }

    @Test
    void aTrainersStateHasItsRows() {
        RunTrace run = read(HF);
        assertThat(run.provenance().source()).isEqualTo("hf-trainer");
        // jq '[.log_history[]|select(has("loss"))]|length'; the same with grad_norm, learning_rate, eval_loss
        assertThat(run.losses()).hasSize(18);
        assertThat(points(run, GLOBAL)).hasSize(18);
        assertThat(points(run, Series.LEARNING_RATE)).hasSize(18);
        assertThat(points(run, Series.VALIDATION_LOSS)).hasSize(3);
        assertThat(run.gaps()).isEmpty();
        // jq -c '.max_steps, .train_batch_size'; grep -n max_steps
        assertThat(run.provenance().comparability())
                .containsEntry(Provenance.TOTAL_ITERATIONS, "375")
                .containsEntry(Provenance.MICRO_BATCH_SIZE, "16");
        assertThat(run.provenance().context())
                .containsEntry(Provenance.ORIGIN_OF + Provenance.TOTAL_ITERATIONS, HF + ":164");
        // grep -n '"loss": 0.6899'
        assertThat(run.losses().getFirst()).isEqualTo(Point.loss(0, 20, 0.6899, 20, 1e-4, HF + ":16"));
    }

    @Test
    void anOldTrainersStateHasNoNorms() {
        RunTrace run = read(OLD_HF);
        // jq '[.log_history[]|select(has("loss"))]|length'
        assertThat(run.losses()).hasSize(16);
        assertThat(run.seriesNames()).containsExactly(Series.LOSS, Series.LEARNING_RATE);
        // jq '[.log_history[].step]|max'
        assertThat(run.losses().getLast().step()).isEqualTo(160);
        assertThat(run.gaps()).isEmpty();
    }

    @Test
    void lightningsTableIsReadRowByRow() {
        RunTrace run = read(LIGHTNING);
        assertThat(run.provenance().source()).isEqualTo("csv");
        // tr -d '\r' | awk -F, 'NR>1 && $4!=""' | wc -l; the same with $6 and $3, and $2 of the last
        assertThat(run.losses()).hasSize(171);
        assertThat(points(run, Series.VALIDATION_LOSS)).hasSize(6);
        assertThat(points(run, Series.TEST_LOSS)).hasSize(1);
        assertThat(points(run, Series.VALIDATION_LOSS).getLast().step()).isEqualTo(8595);
        assertThat(run.gaps()).isEmpty();
        assertThat(run.losses().getFirst().origin()).isEqualTo(LIGHTNING + ":2");
        assertThat(run.losses().getFirst().value()).isEqualTo(0.634955883026123);
        assertThat(run.notes())
                .anySatisfy(note -> assertThat(note).contains("not read: [val_accuracy]"))
                .anySatisfy(note -> assertThat(note).contains("loss from 'train_loss'"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                GOLDEN,
                "megatron-golden/gpt3_mcore_cp2_pp2_ep2_te_4experts2parallel_nondeterministic__golden_values_dev_dgx_h100.json",
                "megatron-golden/gpt3_mcore_tp2_pp2_ep2_etp2_te_4experts2parallel__golden_values_dev_dgx_a100.json",
                "megatron-golden/gpt3_mcore_tp2_pp2_ep2_etp2_te_4experts2parallel__golden_values_dev_dgx_h100.json"
            })
    void aGoldenFileHasEachStep(String name) {
        RunTrace run = read(name);
        assertThat(run.provenance().source()).isEqualTo("megatron-golden");
        // jq '."lm loss".values|length, (."num-zeros".values|length)'
        assertThat(run.losses()).hasSize(50);
        assertThat(points(run, Series.ZEROS)).hasSize(50);
        assertThat(run.losses()).extracting(Point::step).startsWith(1L).endsWith(50L);
        assertThat(run.losses()).allMatch(point -> point.window() == 1 && point.quantum() == 1e-5);
        assertThat(run.gaps()).isEmpty();
        assertThat(run.notes())
                .containsExactly("%s: not read: [mem-allocated-bytes, mem-max-allocated-bytes, iteration-time]"
                        .formatted(Path.of(name).getFileName()));
    }

    @Test
    void aGoldenValueKeepsItsLine() {
        // grep -n '"4": 10.93248'
        assertThat(read(GOLDEN).losses().get(3))
                .isEqualTo(Point.loss(0, 4, 10.93248, 1, 1e-5, Path.of(GOLDEN).getFileName() + ":10"));
    }

    @ParameterizedTest
    @ValueSource(strings = {LIST, "megatron-golden/gpt3_mcore_tp1_pp2_fp16__golden_values_dev_dgx_a100.json"})
    void anOldGoldenFileCountsItsSteps(String name) {
        RunTrace run = read(name);
        // jq '."lm loss"|.values|length', with start_step 0 and step_interval 5
        assertThat(run.losses())
                .extracting(Point::step)
                .containsExactly(0L, 5L, 10L, 15L, 20L, 25L, 30L, 35L, 40L, 45L);
        assertThat(run.losses().getLast().value()).isEqualTo(10.24593);
        assertThat(points(run, Series.ZEROS)).extracting(Point::step).containsExactly(0L, 5L, 10L, 15L, 20L, 25L, 30L);
        assertThat(run.gaps()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "mindspeed-llm/deepseek_v2_mcore_tp1_pp1_ep8.json, 15, 0",
        "mindspeed-llm/mixtral_mcore_tp4_cp2_ep2_ptd.json, 15, 0",
        "mindspeed-llm/qwen2_moe_tp1_pp2_ep2_cp2_32k.json, 15, 15"
    })
    void aBaselineOfMindSpeedHasEachIteration(String name, int losses, int norms) {
        RunTrace run = read(name);
        assertThat(run.provenance().source()).isEqualTo("mindspeed-baseline");
        // jq '."lm loss"|length, (."grad norm"|length)'
        assertThat(run.losses()).hasSize(losses);
        assertThat(points(run, GLOBAL)).hasSize(norms);
        assertThat(run.losses()).extracting(Point::step).startsWith(1L).endsWith((long) losses);
        assertThat(run.gaps()).isEmpty();
    }

    @Test
    void aPrintedLossOfSevenDigitsIsKnownToTheSeventh() {
        RunTrace run = read("mindspeed-llm/deepseek_v2_mcore_tp1_pp1_ep8.json");
        // 1.244007E+01 and 9.218721E+00
        assertThat(run.losses().get(0).quantum()).isCloseTo(1e-5, within(1e-20));
        assertThat(run.losses().get(4).quantum()).isCloseTo(1e-6, within(1e-20));
        // grep -n 9.218721
        assertThat(run.losses().get(4).origin()).isEqualTo("deepseek_v2_mcore_tp1_pp1_ep8.json:7");
    }

    @Test
    void anEventFileHasItsScalars() {
        RunTrace run = read(EVENTS);
        assertThat(run.provenance().source()).isEqualTo("tensorboard");
        // grep -ao train_loss | wc -l; the same with val_loss
        assertThat(run.losses()).hasSize(5);
        assertThat(points(run, Series.VALIDATION_LOSS)).hasSize(5);
        assertThat(run.gaps()).isEmpty();
        // xxd: the record begins at byte 0x229, and its value is the bytes da fe 15 3e; its step is b6 0d
        Point first = run.losses().getFirst();
        assertThat(first.value()).isEqualTo(Float.intBitsToFloat(0x3e15feda));
        assertThat(first.quantum()).isEqualTo(Math.ulp(Float.intBitsToFloat(0x3e15feda)));
        assertThat(first.step()).isEqualTo(0x36 | 0xd << 7);
        assertThat(first.origin()).isEqualTo(EVENTS + ", byte " + 0x229);
        assertThat(run.notes())
                .anySatisfy(note -> assertThat(note)
                        .contains("not read: [hp_metric, _hparams_/experiment, _hparams_/session_start_info"));
    }

    @Test
    void aTextLogIsTakenForNoStructuredFile() throws IOException {
        int logs = 0;
        try (Stream<Path> files = Files.list(SharedLogs.file(HF).resolveSibling("."))) {
            for (Path log :
                    files.filter(file -> file.toString().endsWith(".log")).toList()) {
                logs++;
                List<String> lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
                assertThat(LogImporter.all())
                        .filteredOn(importer -> importer.getClass().getPackage().equals(CsvTable.class.getPackage()))
                        .allSatisfy(importer -> assertThat(importer.confidence(lines))
                                .as("%s of %s", importer.format(), log)
                                .isZero());
            }
        }
        // ls *.log | wc -l
        assertThat(logs).isEqualTo(13);
    }

    @ParameterizedTest
    @ValueSource(strings = {HF, OLD_HF, LIGHTNING, GOLDEN, LIST, QWEN, EVENTS})
    void anImportedFileIsReadAsTheFileItself(String name) {
        Path file = SharedLogs.file(name);
        Path trace = folder.resolve("trace.jsonl.gz");
        RunReader.USUAL.write(file, trace);
        RunTrace direct = RunReader.USUAL.read(file);
        RunTrace imported = RunReader.USUAL.read(trace);
        assertThat(imported.points()).isEqualTo(direct.points()).isNotEmpty();
        assertThat(imported.provenance().source()).isEqualTo(direct.provenance().source());
        assertThat(new TreeMap<>(imported.provenance().context()))
                .containsAllEntriesOf(direct.provenance().context());
        assertThat(imported.notes()).isEqualTo(direct.notes());
    }
}

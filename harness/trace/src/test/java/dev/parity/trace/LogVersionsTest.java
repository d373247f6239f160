package dev.parity.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The collections of `../shared/logs`, section by section: what each line of them says, read off by eye.
final class LogVersionsTest {
    @TempDir
    private Path folder;

    private RunTrace section(String file, String title, String format) throws IOException {
        Map<String, String> sections = SharedLogs.sections(file);
        List<String> found =
                sections.keySet().stream().filter(key -> key.contains(title)).toList();
        assertThat(found).hasSize(1);
        Path log = Files.writeString(folder.resolve("s.log"), sections.get(found.getFirst()));
        return new RunReader(Optional.of(format), ColumnMap.USUAL).read(log);
    }

    /// Each event as its first letter and the scale after it.
    private static String events(RunTrace run) {
        return run.scaleEvents().stream()
                .map(event -> "%s%.0f".formatted(event.kind().name().charAt(0), event.to()))
                .collect(Collectors.joining(" "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0.3.0,          | zero    | R2147483648 R1073741824 R536870912
            0.3.10,         | unfused | R4
            0.4.0,          | zero    | R8388608 R4194304
            0.5.8,          | zero    | R1
            0.5.10,         | zero    | R2147483648
            0.6.7,          | unfused | R134217728
            0.8.1,          | zero    | R64
            0.9.x,          | zero    | H65536 R32768
            0.10,           | zero    | R0
            0.14.x,         | zero    | H65536 R32768 R16384 R8192
            0.14/0.15,      | zero    | R2147483648 R1073741824
            ~0.15, 2024-11  | zero    | H8192 R4096 G8192 H8192 R4096
            """)
    void deepSpeedsRenderings(String version, String scaler, String expected) throws IOException {
        RunTrace run = section("deepspeed-issue-snippets-by-version.log", version, "deepspeed");
        assertThat(events(run)).isEqualTo(expected);
        assertThat(run.provenance().comparability()).containsEntry(Provenance.LOSS_SCALER, scaler);
    }

    @Test
    void aLossAndAnEventBesideAProgressBar() throws IOException {
        RunTrace run = section("deepspeed-issue-snippets-by-version.log", "+ HF Trainer", "hf-trainer-stdout");
        assertThat(events(run)).isEqualTo("R32 R16 R8");
        assertThat(run.losses())
                .containsExactly(new Point(Series.LOSS, 0, 380, Point.EVERY_RANK, 2.0491, 0, 1e-4, "s.log:7"));
        assertThat(run.series(Series.LEARNING_RATE)).extracting(Point::value).containsExactly(0.0001961913563176343);
        assertThat(run.provenance().comparability()).containsEntry(Provenance.TOTAL_ITERATIONS, "2724");
        assertThat(run.gaps()).isEmpty();
    }

    @Test
    void theIterationIsExactWhereItIsPrinted() throws IOException {
        RunTrace run = section("deepspeed-issue-snippets-by-version.log", "0.3.10,", "deepspeed");
        assertThat(run.scaleEvents())
                .containsExactly(new ScaleEvent(0, 3, true, ScaleEvent.Kind.REDUCED, 8, 4, "s.log:3"));
        assertThat(run.notes()).anyMatch(note -> note.startsWith("2 repeated values differ")); // three ranks' losses
    }

    @Test
    void aPipelinesLoss() throws IOException {
        RunTrace run = section("deepspeed-issue-snippets-by-version.log", "0.5.10,", "deepspeed");
        assertThat(run.losses()).containsExactly(Point.loss(0, 1, 11.4926, 0, 1e-4, "s.log:1"));
        assertThat(run.series(Series.SKIPPED_SO_FAR)).extracting(Point::value).containsExactly(2.0);
        assertThat(run.scaleEvents()).extracting(ScaleEvent::step).containsExactly(1L);
    }

    /// Steps of the losses, their values and windows, as the lines have them.
    private static String losses(RunTrace run) {
        return run.losses().stream()
                .map(loss -> "%d:%s/%d".formatted(loss.step(), loss.value(), loss.window()))
                .collect(Collectors.joining(" "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Megatron-LM 2021-05     | 1:12.52221/1                     | 0
            "lm loss" field         | 5426:NaN/1 5427:NaN/1            | 0
            Megatron-LLM (epfLLM)   | 122:2.50422/1 123:2.493043/1     | 0
            Megatron BERT fp16 (two | 100:9.647571/100 200:7.45515/100 | 0
            rank-prefixed           | 25:10.86954/0 10:10.10967/0      | 2
            FlagScale               | 3:11.07468/1 4:10.44366/1        | 0
            MindSpeed-LLM           | 100:7.357863/0                   | 0
            MindSpeed FAQ           | 427:8.56708/0                    | 1
            GPT-NeoX                | 10:7.123456/0                    | 0
            both loggers            | 1:11.17136/1                     | 0
            NaN starts at 3385      | 3383:0.7334521/1 3384:0.7072597/1 | 0
            nanotron                | 327281:2.38/0                    | 0
            """)
    void megatronsVariants(String title, String expected, int gaps) throws IOException {
        RunTrace run = section("megatron-line-variants.log", title, "megatron");
        assertThat(losses(run)).isEqualTo(expected);
        assertThat(run.gaps()).hasSize(gaps);
    }

    @ParameterizedTest
    @CsvSource({"first step always overflows, 3", "nccl/issues/743, 1"})
    void anIntervalThatWasSkippedHasNoLoss(String title, int lines) throws IOException {
        RunTrace run = section("megatron-line-variants.log", title, "megatron");
        assertThat(run.losses()).isEmpty();
        assertThat(run.series(Series.SKIPPED)).hasSize(lines);
        assertThat(run.notes()).isEmpty();
    }

    @Test
    void whatElseMegatronsVariantsSay() throws IOException {
        String file = "megatron-line-variants.log";
        RunTrace bert = section(file, "Megatron BERT fp16 (two", "megatron");
        assertThat(bert.series(Series.partOfLoss("sop")))
                .extracting(Point::value)
                .containsExactly(0.6995057, 0.3953952);
        RunTrace scale = section(file, "FlagScale", "megatron");
        assertThat(scale.series(Series.ZEROS)).extracting(Point::value).containsExactly(1299.0, 871.0);
        assertThat(scale.series(Series.PARAMETER_NORM)).extracting(Point::value).containsExactly(496.206, 496.205);
        assertThat(scale.provenance().comparability()).containsEntry(Provenance.LOSS_SCALER, "none");
        RunTrace neox = section(file, "GPT-NeoX", "megatron");
        assertThat(neox.series(Series.LEARNING_RATE)).extracting(Point::value).containsExactly(1.234e-4);
        assertThat(neox.series(Series.SKIPPED)).hasSize(1);
        RunTrace nanotron = section(file, "nanotron", "megatron");
        assertThat(nanotron.losses()).extracting(Point::quantum).containsExactly(0.005);
        RunTrace validation = section(file, "validation line", "megatron");
        assertThat(validation.series(Series.VALIDATION_LOSS))
                .extracting(Point::value)
                .containsExactly(8.095942);
        assertThat(validation.series(Series.VALIDATION_PERPLEXITY))
                .extracting(Point::value)
                .containsExactly(3281.128);
        RunTrace absent = section(file, "\"lm loss\" field", "megatron");
        assertThat(absent.notes()).singleElement().asString().contains("counts as NaN, the first s.log:1");
    }
}

package dev.parity.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.trace.LogImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Logs of other programs, from the command line.
@Timeout(300)
final class ImportProcessTest extends CliProcess {
    /// 60 losses that fall, in columns of any names.
    private void table(String name, String header, double factor) throws IOException {
        StringBuilder text = new StringBuilder(header + "\n");
        for (int step = 1; step <= 60; step++) {
            text.append(String.format(
                    Locale.ROOT, "%d,%.5f,%.4f%n", step, factor * (1 + Math.exp(-step / 20.0)), 1 + 1.0 / step));
        }
        Files.writeString(folder.resolve(name), text);
    }

    @Test
    void anImportedTableIsJudgedAsTheTableItself() throws IOException, InterruptedException {
        table("gpu.csv", "step,train_loss,grad_norm", 1);
        table("npu.csv", "step,train_loss,grad_norm", 1.0001);
        Outcome imported = parity("import", "gpu.csv", "-o", "gpu.jsonl.gz");
        assertThat(imported.code()).as(imported.err()).isZero();
        assertThat(imported.out())
                .contains("gpu.csv: read as csv")
                .containsPattern("loss +60 points, steps 1 to 60")
                .containsPattern("grad-norm/global +60 points, steps 1 to 60")
                .contains("trace: gpu.jsonl.gz");
        Outcome tables = parity("compare", "gpu.csv", "npu.csv", "--json");
        Outcome traces = parity("compare", "gpu.jsonl.gz", "npu.csv", "--json");
        String expected =
                JsonMapper.shared().readTree(tables.out()).get("gates").toString();
        assertThat(expected).contains("loss-whole").contains("npu.csv:61");
        assertThat(JsonMapper.shared().readTree(traces.out()).get("gates").toString())
                .isEqualTo(expected.replace("gpu.csv does", "gpu.jsonl.gz does"));
        assertThat(traces.code()).isEqualTo(tables.code()).isIn(0, 3);
        assertThat(parity("compare", "gpu.csv", "npu.csv").out())
                .contains("reference: gpu.csv, read as csv")
                .contains("candidate: npu.csv, read as csv");
    }

    @Test
    void aMapIsGivenOnceAndRemembered() throws IOException, InterruptedException {
        table("own.csv", "it,the loss,g", 1);
        Outcome refused = parity("import", "own.csv", "-o", "own.jsonl");
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("own.csv: found the columns [it, the loss, g]");
        assertThat(folder.resolve("own.jsonl")).doesNotExist();
        Outcome mapped = parity(
                "import", "own.csv", "--map", "step=it,loss=the loss", "--map", "gradNorm=g", "--save-map", "own.map");
        assertThat(mapped.code()).as(mapped.err()).isZero();
        assertThat(folder.resolve("own.map")).hasContent("step=it\nloss=the loss\ngrad-norm/global=g\n");
        Outcome again = parity("compare", "own.csv", "own.csv", "--map-file", "own.map", "--json");
        assertThat(again.out()).as(again.err()).contains("loss-whole");
    }

    @Test
    void whatIsWrongIsSaidWithExitCode2() throws IOException, InterruptedException {
        table("a.csv", "step,loss,grad_norm", 1);
        Files.writeString(folder.resolve("b.json"), "{\"model\": \"gpt\"}");
        Files.writeString(folder.resolve("bad.map"), "loss=loss\nnonsense\n");
        assertRefused("there is no format 'excel' of logs, there are [", "import", "a.csv", "--format", "excel");
        assertRefused("there is no series 'gradient' to map a column to", "import", "a.csv", "--map", "gradient=g");
        assertRefused(
                "found no column [norm], there are [step, loss, grad_norm]",
                "import",
                "a.csv",
                "--format",
                "csv",
                "--map",
                "gradNorm=norm");
        assertRefused(
                "bad.map:2: found 'nonsense', expected SERIES=COLUMN", "import", "a.csv", "--map-file", "bad.map");
        assertRefused("b.json: found a JSON object with the fields [model]", "import", "b.json");
        assertRefused("a.csv would be replaced by its own trace", "import", "a.csv", "-o", "a.csv");
        assertRefused("expected an object with the list log_history", "import", "a.csv", "--format", "hf-trainer");
        assertRefused(
                "a log of format hf-trainer has no columns to map",
                "import",
                "a.csv",
                "--format",
                "hf-trainer",
                "--map",
                "loss=x");
        assertRefused("nowhere is no file", "import", "nowhere");
    }

    @Test
    void aFolderOfPartsIsOneRunAndOthersHoldSeveral() throws IOException, InterruptedException {
        for (String side : new String[] {"gpu", "npu"}) {
            Files.createDirectories(folder.resolve(side + "/metrics"));
            StringBuilder losses = new StringBuilder();
            for (int step = 1; step <= 60; step++) {
                losses.append("1700000000%03d %s %d\n".formatted(step, 1 + 1.0 / step, step));
            }
            Files.writeString(folder.resolve(side + "/metrics/loss"), losses);
            Files.createDirectories(folder.resolve(side + "/runs"));
            table(side + "/runs/1.csv", "step,loss,grad_norm", 1);
            table(side + "/runs/2.csv", "step,loss,grad_norm", 2);
            Files.writeString(folder.resolve(side + "/runs/config.json"), "{\"layers\": 2}");
        }
        Outcome one = parity("compare", "gpu/metrics", "npu/metrics");
        assertThat(one.out()).as(one.err()).contains("reference: metrics, read as mlflow");
        Outcome several = parity("compare", "gpu/runs", "npu/runs");
        assertThat(several.out())
                .as(several.err())
                .contains("reference: 1.csv, read as csv")
                .contains("candidate: 2.csv, read as csv")
                .doesNotContain("config.json");
        assertRefused("gpu/runs is a folder, and no files of it make up a run together", "import", "gpu/runs");
    }

    @Test
    void formatsAreListedWithALineEach() throws IOException, InterruptedException {
        Outcome text = parity("formats");
        JsonNode json = JsonMapper.shared().readTree(parity("formats", "--json").out());
        assertThat(text.code()).isZero();
        assertThat(json).hasSize(LogImporter.all().size()).hasSizeGreaterThan(8);
        for (JsonNode row : json) {
            assertThat(text.out())
                    .contains(row.get("format").asString())
                    .contains(row.get("contents").asString());
        }
    }
}

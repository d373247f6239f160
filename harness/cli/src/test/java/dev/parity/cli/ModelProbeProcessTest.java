package dev.parity.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The probe from the command line: printed, filled in, read.
@Timeout(300)
final class ModelProbeProcessTest extends CliProcess {
    private void fill(Map<String, String> answers) throws IOException, InterruptedException {
        Outcome printed = parity("model", "probe", "-o", "probe.csv");
        assertThat(printed.code()).as(printed.err()).isZero();
        List<String> filled = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve("probe.csv"))) {
            String[] cells = line.split(",", -1);
            String answer = answers.getOrDefault(cells[0], "");
            cells[answer.length() == 4 ? 6 : 5] = cells[0].equals("id") ? cells[5] : answer;
            filled.add(String.join(",", cells));
        }
        Files.write(folder.resolve("filled.csv"), filled);
    }

    @Test
    void theTableShowsWhatKnownUnitsGive() throws IOException, InterruptedException {
        Outcome printed = parity("model", "probe", "--format", "csv");
        assertThat(printed.code()).as(printed.err()).isZero();
        List<String> lines = printed.out().lines().toList();
        assertThat(lines.getFirst())
                .isEqualTo("id,format,a,b,c_fp32,d_fp32,d_fp16,v100,a100,h100,cube-rne,cube-tree,cube-trunc");
        String zeros = " 0000".repeat(15);
        // T6b: V100 is not monotonic (PeerJ CS 7:e330)
        assertThat(lines)
                .contains("T1,fp16,3c00%s,3c00%s,bf7fffff,,,34000000,33800000,33800000,33800000,33800000,33800000"
                        .formatted(zeros, zeros))
                .anyMatch(line -> line.startsWith("T6b,fp16,")
                        && line.endsWith(",3f800000,,,3f800000,3f800002,3f800002,3f800002,3f800002,3f800002"))
                .anyMatch(line ->
                        line.startsWith("H5,fp16,7bff 4c00") && line.endsWith(",,,7c00,7c00,7c00,7c00,7c00,7c00"))
                .anyMatch(line ->
                        line.startsWith("B2,bf16,") && line.contains(",7f7fffff,,,,7f7fffff,7f7fffff,7f800000,"));
    }

    @Test
    void aBoardsAnswersNameItsUnit() throws IOException, InterruptedException {
        fill(PublishedAnswers.of("h100"));
        Outcome found = parity("model", "probe", "--answers", "filled.csv");
        assertThat(found.code()).as(found.err()).isZero();
        assertThat(found.out())
                .contains("blockSum = truncated", "fraction = 25", "hf32Bits: any", "h100 (NVIDIA H100")
                .contains("--set candidate.mode.matrix.fraction=25");
    }

    @Test
    void theSettingsThatArePrintedAreTakenByAScenario() throws IOException, InterruptedException {
        fill(PublishedAnswers.of("v100"));
        List<String> arguments = new ArrayList<>(List.of("scenarios", "show", "moe-cifar"));
        parity("model", "probe", "--answers", "filled.csv")
                .out()
                .lines()
                .filter(line -> line.startsWith("  --set "))
                .forEach(line -> arguments.addAll(List.of(line.strip().split(" ", -1))));
        assertThat(arguments).contains("candidate.mode.matrix.fraction=23", "candidate.mode.matrix.products=4");
        Outcome shown = parity(arguments.toArray(String[]::new));
        assertThat(shown.code()).as(shown.err()).isZero();
        assertThat(shown.out()).contains("fraction: 23", "blockSum: \"truncated\"");
    }

    @Test
    void answersThatNoUnitGivesAreExitCodeOne() throws IOException, InterruptedException {
        Map<String, String> answers = new TreeMap<>(PublishedAnswers.of("h100"));
        answers.put("T12", "33800001");
        fill(answers);
        Outcome none = parity("model", "probe", "--answers", "filled.csv");
        assertThat(none.code()).as(none.err()).isEqualTo(1);
        assertThat(none.out()).contains("no rule of", "T12: the board says 33800001, the rule below 33800000");
    }

    @Test
    void answersThatCannotBeReadAreRefusedWithTheirPlace() throws IOException, InterruptedException {
        assertRefused("nowhere.csv does not exist", "model", "probe", "--answers", "nowhere.csv");
        refused("filled.csv:1: found no answer, expected some in d_fp32 or d_fp16", "");
        refused(
                "filled.csv:2: found '3f8' in d_fp32, expected 8 hexadecimal digits",
                "T1,fp16,3c00,3c00,00000000,3f8,");
        refused("filled.csv:2: found 'fp8' in format, expected one of [fp16,", "T1,fp8,3c00,3c00,00000000,3f800000,");
        refused(
                "filled.csv:2: found an answer in d_fp16 to operands of bf16, expected none",
                "B1,bf16,3f80,3f80,00000000,,3c00");
    }

    private void refused(String message, String row) throws IOException, InterruptedException {
        Files.writeString(folder.resolve("filled.csv"), "id,format,a,b,c_fp32,d_fp32,d_fp16\n" + row + "\n");
        assertRefused(message, "model", "probe", "--answers", "filled.csv");
    }
}

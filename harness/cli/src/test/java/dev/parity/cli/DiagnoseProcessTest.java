package dev.parity.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Diagnosis and checkup, as a user sees them.
@Timeout(300)
final class DiagnoseProcessTest extends CliProcess {
    @Test
    void aFindingSaysWhereWhyWhatToDoAndWhoSaysSo() throws IOException, InterruptedException {
        Files.writeString(folder.resolve("a.log"), """
                fine
                [rank3]: RuntimeError: HCCL AllReduce & Reduce: Unsupported data type at::kByte/at::kBool
                [rank4]: Traceback (most recent call last):
                [rank4]: ValueError: \u001b[31mnobody knows
                EH9999: Inner Error!
                """);
        Outcome outcome = parity("diagnose", "a.log");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out().lines().map(String::strip))
                .contains(
                        "hccl-reduces-no-bytes: HCCL does not reduce bytes or bools (certain)",
                        "lines       a.log:2",
                        "ranks       3",
                        "a.log:4  ValueError: nobody knows",
                        "5 lines, 1 known quirks, 1 errors that are not explained")
                .anyMatch(line -> line.startsWith("cause       kByte and kBool"))
                .anyMatch(line -> line.startsWith("workaround  Make the overflow flag an IntTensor"))
                .anyMatch(line -> line.startsWith("source      wangshuai09/Notebook"))
                .anyMatch(line -> line.startsWith("a.log:5  EH9999: an error that CANN reports"));
        JsonNode tree = JsonMapper.shared()
                .readTree(parity("diagnose", "--json", "a.log").out());
        assertThat(tree.get("findings").get(0).get("quirk").asString()).isEqualTo("hccl-reduces-no-bytes");
        assertThat(tree.get("findings").get(0).get("ranks").get(0).asString()).isEqualTo("3");
    }

    @Test
    void aCleanLogIsNoFailureAndAMissingOneIs() throws IOException, InterruptedException {
        Files.writeString(folder.resolve("a.log"), "loss: 1.0\n");
        Outcome clean = parity("diagnose", "a.log");
        assertThat(clean.code()).isZero();
        assertThat(clean.out()).isEqualTo("1 lines, 0 known quirks, 0 errors that are not explained\n");
        assertRefused("b.log does not exist", "diagnose", "a.log", "b.log");
    }

    @Test
    void aDeviceThatIsAskedForAndAbsentIsAFailure() throws IOException, InterruptedException {
        assumeFalse(Files.exists(Path.of("/dev/davinci_manager")), "there is an NPU");
        Outcome without = parity("doctor");
        assertThat(without.code()).as(without.err()).isZero();
        assertThat(without.out()).contains("host\n", "npu\n", "gpu\n", "no NPU: neither /dev/davinci0");
        assertThat(parity("doctor", "--device", "npu").code()).isEqualTo(4);
        JsonNode tree = JsonMapper.shared().readTree(parity("doctor", "--json").out());
        assertThat(tree.get("npu").get("usable").asBoolean()).isFalse();
        assertRefused("there is no kind of device 'tpu', there are [gpu, npu]", "doctor", "--device", "tpu");
    }
}

package dev.parity.reports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.statistics.tensors.LockstepResult;
import dev.parity.statistics.tensors.NumberFormat;
import dev.parity.statistics.tensors.OpFinding;
import dev.parity.statistics.tensors.TensorErrors;
import dev.parity.statistics.tensors.TensorProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class LockstepReportTest {
    private static final String HOSTILE = "<script>alert('x')</script>\u001b[31m";

    private static OpFinding finding(int position, String value, double found) {
        double[] golden = {1, 2};
        TensorErrors right = TensorErrors.of(NumberFormat.FP16, golden, golden, false);
        TensorErrors errors = TensorErrors.of(NumberFormat.FP16, golden, new double[] {1, found}, false);
        return new OpFinding(
                3,
                new OpFinding.Place("forward", position, "MatMul", value),
                NumberFormat.FP16,
                right,
                errors,
                TensorProfile.standard().judge(NumberFormat.FP16, false, right, errors),
                new OpFinding.Worst(0, 1, 2, 2, found, 0, TensorErrors.ulps(NumberFormat.FP16, 2, found, false)));
    }

    static LockstepResult result() {
        return new LockstepResult(
                new LockstepResult.Sides(HOSTILE, "cpu-fp64", "a", "b", "", 5),
                "op",
                List.of(3L),
                List.of(finding(1, "fc1", 2), finding(2, HOSTILE, 2.5), finding(3, "fc3", Double.NaN)),
                List.of("a note"));
    }

    @Test
    void thePageNamesFirstAndWorstAndEscapesTextFromOutside() {
        String html = LockstepReport.html("parity lockstep " + HOSTILE, result());
        assertThat(html)
                .contains(
                        "class=\"banner fail\"",
                        "&lt;script&gt;alert('x')",
                        "a note",
                        "<h2><span lang=\"en\">Step</span>")
                .containsPattern("id=\"first\">.*>step 3, forward Op 2")
                .containsPattern("id=\"worst\">.*>step 3, forward Op 3")
                .contains(
                        "element 1: golden 2.00000, reference 2.00000 (0.00000 ulps), candidate 2.50000 (256.000 ulps)")
                .contains("title=\"beyond, or apart: 1\"")
                .doesNotContain("<script>alert", "src=", "@import", "url(http", "<link", "\u001b");
    }

    @Test
    void theJsonHoldsEveryOpWithItsFigures() {
        JsonNode json = JsonMapper.shared().readTree(LockstepReport.json(result()));
        assertThat(json.get("verdict").asString()).isEqualTo("FAIL");
        assertThat(json.get("ops")).hasSize(3);
        JsonNode first = json.get("first");
        assertThat(first.get("position").asInt()).isEqualTo(2);
        assertThat(first.get("worst").get("candidateUlps").asDouble()).isEqualTo(256);
        // by hand: the mean error 0.25 over the size sqrt(2.5)
        assertThat(first.get("candidate").get("bias").asDouble()).isEqualTo(0.25 / Math.sqrt(2.5));
        assertThat(first.get("candidate").get("histogram")).hasSize(8);
        assertThat(json.get("worst").get("severity").asString()).isEqualTo("Infinity");
        assertThat(json.get("ops").get(0).has("ratio")).as("neither side errs").isFalse();
    }

    @Test
    void pageAndJsonAreWritten(@TempDir Path folder) throws IOException {
        Path page = LockstepReport.write(folder.resolve("made"), "parity lockstep", result());
        assertThat(page).exists();
        assertThat(Files.readString(folder.resolve("made/lockstep.json"))).isEqualTo(LockstepReport.json(result()));
    }

    @Test
    void anOpThatIsNearItsLimitsIsTheWorstWhereNoneIsBeyond() {
        LockstepResult found = new LockstepResult(
                result().sides(), "op", List.of(3L), List.of(finding(1, "fc1", 2), finding(2, "fc2", 2)), List.of());
        assertThat(found.first()).isEmpty();
        assertThat(found.worst().place().value()).isEqualTo("fc1");
        assertThat(LockstepReport.html("parity lockstep", found))
                .contains("banner pass")
                .doesNotContain("id=\"first\"");
    }
}

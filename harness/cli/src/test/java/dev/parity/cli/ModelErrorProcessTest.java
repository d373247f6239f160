package dev.parity.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Errors of models from the command line.
@Timeout(300)
final class ModelErrorProcessTest extends CliProcess {
    @Test
    void errorsAreARowForEachUnitKAndData() throws IOException, InterruptedException {
        String[] arguments = {
            "model", "error", "--devices", "h100,cube-rne", "--k", "64", "--samples", "50", "--seed", "7"
        };
        Outcome printed = parity(arguments);
        assertThat(printed.code()).as(printed.err()).isZero();
        assertThat(printed.out().lines()).hasSize(5);
        assertThat(printed.out()).contains("h100").contains("uniform").contains("normal");
        assertThat(parity(arguments).out()).isEqualTo(printed.out());
    }

    @Test
    void jsonHasTheSame() throws IOException, InterruptedException {
        Outcome printed = parity("model", "error", "--devices", "v100", "--k", "64,128", "--samples", "20", "--json");
        assertThat(printed.code()).as(printed.err()).isZero();
        JsonNode rows = JsonMapper.shared().readTree(printed.out());
        assertThat(rows).hasSize(4);
        assertThat(rows.get(2).get("k").asInt()).isEqualTo(128);
        assertThat(rows.get(2).get("data").asString()).isEqualTo("uniform");
        assertThat(rows.get(2).get("bias").asDouble()).isNegative();
    }

    @Test
    void whatCannotBeMeasuredIsRefused() throws IOException, InterruptedException {
        assertRefused("there is no device or preset 'k80', there are [910a,", "model", "error", "--devices", "k80");
        assertRefused("--k must be 1 to 1000000, was 0", "model", "error", "--k", "0");
        assertRefused("--samples must be 1 to 1000000, was -1", "model", "error", "--samples", "-1");
    }
}

package dev.parity.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Approves baselines and gates by them, as CI does.
@Timeout(300)
final class BaselineTest extends CliProcess {
    private Outcome brief(String... arguments) throws IOException, InterruptedException {
        return parity(Stream.concat(Stream.of(arguments), SHORT.stream()).toArray(String[]::new));
    }

    /// Makes logs that differ by noise.
    private String[] logs(int count) throws IOException {
        List<String> names = new ArrayList<>();
        for (int k = 0; k < count; k++) {
            names.add("run%d.log".formatted(k));
            log(names.getLast(), new Random(k), 1);
        }
        return names.toArray(String[]::new);
    }

    private void log(String name, Random noise, double factor) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int step = 100; step <= 8000; step += 100) {
            double loss = factor * (1 + Math.exp(-step / 2000.0)) * (1 + 5e-4 * noise.nextGaussian());
            text.append("[1, %5d] loss: %.4f\n".formatted(step, loss));
        }
        Files.writeString(folder.resolve(name), text + "Finished Training\n");
    }

    @Test
    void aScenarioIsApprovedAndGated() throws IOException, InterruptedException {
        Outcome missing = brief("gate", "moe-cifar", "--set", "study.seeds=1");
        assertThat(missing.err()).contains("there is no baseline baselines/moe-cifar.json");
        assertThat(missing.code()).isEqualTo(2);
        Outcome approved = brief(
                "baseline", "approve", "moe-cifar", "--reason", "a test", "--repeats", "5", "--set", "study.seeds=1");
        assertThat(approved.code()).as(approved.err()).isZero();
        assertThat(approved.out()).contains("loss-whole").contains("approved 2").contains("a test");
        Path file = folder.resolve("baselines/moe-cifar.json");
        String kept = Files.readString(file);

        Outcome again = brief("baseline", "approve", "moe-cifar", "--reason", "another");
        assertThat(again.err()).contains("holds a baseline already");
        assertThat(again.code()).isEqualTo(2);
        assertThat(file).hasContent(kept);

        Outcome faulty = brief("gate", "moe-cifar", "--set", "study.seeds=1", "--fault", "weight-gradient-scale=0.5");
        assertThat(faulty.out())
                .as(faulty.err())
                .contains("not what was approved")
                .contains("gradient-norm is ");
        assertThat(faulty.code()).isEqualTo(1);

        Outcome other = brief("gate", "pr-moe", "--set", "study.seeds=1", "--baseline", "baselines/moe-cifar.json");
        assertThat(other.out()).contains("the baseline is of another scenario");
        assertThat(other.code()).isEqualTo(3);

        Outcome same = parity("baseline", "diff", "baselines/moe-cifar.json", "baselines/moe-cifar.json");
        assertThat(same.code()).isZero();
    }

    @Test
    void logsAreRepeatsOfTheFirst() throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("baseline", "approve", "--reason", "logs", "-f", "b.json"));
        arguments.addAll(List.of(logs(6)));
        Outcome approved = parity(arguments.toArray(String[]::new));
        assertThat(approved.code()).as(approved.err()).isZero();
        assertThat(approved.out()).contains("loss-whole");
        // 0.3 % is well inside the margin of 0.5 %, and beyond what the logs scatter
        log("off.log", new Random(9), 1.003);
        Outcome gated = parity("gate", "--baseline", "b.json", "run0.log", "off.log");
        assertThat(gated.out()).contains("not what was approved: loss-");
        assertThat(gated.code()).isEqualTo(1);
        Outcome equal = parity("gate", "--baseline", "b.json", "run0.log", "run3.log");
        assertThat(equal.out()).contains("are where those of equal runs are");
        assertThat(parity("baseline", "show", "b.json").out()).contains("5 runs: logs");
    }

    @Test
    void whatIsNoBaselineIsRefused() throws IOException, InterruptedException {
        Files.writeString(folder.resolve("no.json"), "{\"noise\": 3}");
        assertRefused("no.json is no baseline", "baseline", "show", "no.json");
        assertRefused("expected approve, show or diff", "baseline");
        logs(3);
        assertRefused(
                "at least 3 repeats, found 2",
                "baseline",
                "approve",
                "--reason",
                "r",
                "-f",
                "b.json",
                "run0.log",
                "run1.log",
                "run2.log");
        assertRefused("expected -f FILE", "baseline", "approve", "--reason", "r", "run0.log", "run1.log");
        assertRefused("--baseline FILE", "gate", "run0.log", "run1.log");
        assertThat(folder.resolve("b.json")).doesNotExist();
    }
}

package dev.parity.reports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.statistics.Verdict;
import dev.parity.statistics.calibration.Calibration;
import dev.parity.statistics.calibration.Subject;
import dev.parity.statistics.calibration.Trial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CalibrationReportTest {
    private static Trial trial(String name, List<String> suspects, Verdict verdict, Optional<String> suspect) {
        return new Trial(
                new Subject(name, "moe-cifar", List.of("train.steps=9"), new LinkedHashSet<>(suspects), false),
                1,
                1,
                verdict,
                new LinkedHashMap<>(Map.of("loss-whole", verdict)),
                suspect,
                "the losses <differ>",
                1.25);
    }

    static Path write(Path folder) {
        return CalibrationReport.write(
                folder,
                "parity calibrate",
                "2 cores",
                new Calibration(List.of(
                        trial("cpu against cuda-model", List.of(), Verdict.PASS, Optional.empty()),
                        trial("lr=2", List.of("optimizer"), Verdict.FAIL, Optional.of("optimizer")),
                        trial("lr=1.5", List.of("optimizer"), Verdict.INCONCLUSIVE, Optional.empty()))));
    }

    @Test
    void pageAndMarkdownHaveTheRatesAndTheMisses(@TempDir Path folder) throws IOException {
        // Wilson's 95 % interval of 1 of 2, by scipy.stats: 9.5 to 90.5
        assertThat(write(folder))
                .content()
                .contains("<b>1/2 (50.0 %, 95 %: 9.5 to 90.5)</b>", "the losses &lt;differ&gt;")
                .containsPattern("<tr class=\"missed\"><th scope=\"row\">lr=1.5");
        assertThat(Files.readString(folder.resolve("calibration.md")))
                .contains(
                        "| lr=1.5 | train.steps=9 | 0/1 (0.0 %",
                        "lr is found at least 95 % of the time down to 2 (2: 1/1, 1.5: 0/1).");
    }
}

package dev.parity.ci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.parity.runner.Scenarios;
import dev.parity.spi.Fault;
import dev.parity.spi.Quirk;
import dev.parity.spi.QuirkCatalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The catalogue, its page, and the settings it names agree.
final class QuirksPageTest {
    static List<Quirk> quirks() {
        return QuirkCatalogue.all().stream()
                .flatMap(catalogue -> catalogue.quirks().stream())
                .toList();
    }

    private static String home(Quirk quirk) {
        return switch (quirk.home()) {
            case Quirk.Home.Reproduced model -> "`%s`".formatted(String.join("` `", model.settings()));
            case Quirk.Home.Planted(String fault) -> "`--fault %s`".formatted(fault);
            case Quirk.Home.OnFakeDevice fake -> "fake device: `%s`".formatted(fake.test());
            case Quirk.Home.DiagnoseOnly only -> "diagnose only";
        };
    }

    @Test
    void thePageNamesEachQuirkWithItsHomeAndNoOther() throws IOException {
        List<String> rows = Files.readAllLines(Path.of("../docs/quirks.md")).stream()
                .filter(line -> line.startsWith("| `"))
                .toList();
        assertThat(rows)
                .containsExactlyElementsOf(quirks().stream()
                        .map(quirk -> "| `%s` | %s | %s |".formatted(quirk.id(), quirk.title(), home(quirk)))
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("quirks")
    void aSettingThatReproducesAQuirkIsOneOfAScenario(Quirk quirk) {
        if (quirk.home() instanceof Quirk.Home.Reproduced model) {
            assertThatCode(() -> Scenarios.load("moe-cifar", model.settings())).doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @MethodSource("quirks")
    void aFaultThatPlantsAQuirkIsOne(Quirk quirk) {
        if (quirk.home() instanceof Quirk.Home.Planted(String fault)) {
            assertThat(Fault.choose(fault).fault().about().id()).isEqualTo(fault);
        }
    }

    @ParameterizedTest
    @MethodSource("quirks")
    void aTestThatShowsAQuirkExists(Quirk quirk) throws IOException {
        if (quirk.home() instanceof Quirk.Home.OnFakeDevice(String test)) {
            String[] names = test.split("\\.", 2);
            try (Stream<Path> sources = Files.walk(Path.of("../backends"))) {
                Path source = sources.filter(path -> path.endsWith(names[0] + ".java"))
                        .findFirst()
                        .orElseThrow();
                assertThat(source).content().contains("void %s(".formatted(names[1]));
            }
        }
    }
}

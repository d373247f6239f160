package dev.parity.ci;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Who knows whom: `docs/architecture.md` in rules.
final class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.parity");

    /// The modules that each module may use, itself left out; → of the architecture is transitive.
    private static final Map<String, Set<String>> USES = Map.ofEntries(
            Map.entry("spi", Set.of()),
            Map.entry("cpu", Set.of("spi")),
            Map.entry("faults", Set.of("spi")),
            Map.entry("conformance", Set.of("spi")),
            Map.entry("trace", Set.of()),
            Map.entry("engine", Set.of("spi", "trace")),
            Map.entry("statistics", Set.of("trace")),
            Map.entry("reports", Set.of("statistics", "trace")),
            Map.entry("runner", Set.of("engine", "statistics", "spi", "trace")),
            Map.entry("cli", Set.of("runner", "reports", "engine", "statistics", "spi", "trace")));

    private static String module(JavaClass type) {
        return type.getPackageName().split("\\.", -1)[2];
    }

    @Test
    void everyModuleWithCodeIsSeen() {
        Set<String> seen =
                CLASSES.stream().map(ArchitectureTest::module).collect(Collectors.toCollection(TreeSet::new));
        assertThat(seen).isEqualTo(new TreeSet<>(USES.keySet()));
        assertThat(CLASSES).hasSizeGreaterThan(150);
    }

    static Set<String> modules() {
        return new TreeSet<>(USES.keySet());
    }

    @ParameterizedTest
    @MethodSource("modules")
    void aModuleUsesOnlyWhatItMay(String module) {
        String[] forbidden = USES.keySet().stream()
                .filter(other -> !other.equals(module) && !USES.get(module).contains(other))
                .map(other -> "dev.parity.%s..".formatted(other))
                .toArray(String[]::new);
        noClasses()
                .that(resideInAPackage("dev.parity.%s..".formatted(module)))
                .should()
                .dependOnClassesThat(resideInAnyPackage(forbidden))
                .check(CLASSES);
    }

    @ParameterizedTest
    @MethodSource("modules")
    void whatIsInternalStaysInItsModule(String module) {
        noClasses()
                .that(resideOutsideOfPackages("dev.parity.%s..".formatted(module)))
                .should()
                .dependOnClassesThat(resideInAPackage("dev.parity.%s.internal..".formatted(module)))
                .check(CLASSES);
    }

    @Test
    void modulesHaveNoCycles() {
        slices().matching("dev.parity.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void onlyTheCommandLinePrintsOrExits() {
        noClasses()
                .that(resideOutsideOfPackages("dev.parity.cli.."))
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .check(CLASSES);
    }

    @Test
    void theVectorApiHasOneHome() {
        noClasses()
                .that(resideOutsideOfPackages("dev.parity.cpu.internal.vector.."))
                .should()
                .dependOnClassesThat(resideInAPackage("jdk.incubator.vector.."))
                .check(CLASSES);
    }

    @Test
    void randomNumbersComeFromSeedStreamOnly() {
        noClasses()
                .that(resideOutsideOfPackages("dev.parity.conformance.."))
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.Random")
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom")
                .check(CLASSES);
    }

    // the recorder decides by the clock when a checkpoint is due; the CLI's progress bar when to draw
    @Test
    void clocksAreReadInTheRunnerAndTheCommandLineOnly() {
        noClasses()
                .that(resideOutsideOfPackages("dev.parity.runner..", "dev.parity.cli.."))
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Instant.class, "now")
                .check(CLASSES);
    }

    // bits must not depend on the platform's mathematics library
    @Test
    void theGoldenAndTheEngineUseStrictMathForTranscendentals() {
        noClasses()
                .that(resideInAnyPackage("dev.parity.cpu..", "dev.parity.engine.."))
                .should()
                .callMethod(Math.class, "exp", double.class)
                .orShould()
                .callMethod(Math.class, "log", double.class)
                .orShould()
                .callMethod(Math.class, "pow", double.class, double.class)
                .check(CLASSES);
    }

    @Test
    void everyPackageIsNullMarked() {
        Set<String> unmarked = CLASSES.stream()
                .filter(type -> !type.getPackage().isAnnotatedWith(NullMarked.class))
                .map(JavaClass::getPackageName)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(unmarked).isEmpty();
    }
}

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
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
            Map.entry("cuda", Set.of("spi")),
            Map.entry("ascend", Set.of("spi")),
            Map.entry("faults", Set.of("spi")),
            Map.entry("conformance", Set.of("spi")),
            Map.entry("fakes", Set.of()),
            Map.entry("fakeascend", Set.of("fakes")),
            Map.entry("fakecuda", Set.of("fakes")),
            Map.entry("trace", Set.of()),
            Map.entry("importers", Set.of("trace")),
            Map.entry("engine", Set.of("spi", "trace")),
            Map.entry("statistics", Set.of("trace")),
            Map.entry("reports", Set.of("statistics", "trace")),
            Map.entry("runner", Set.of("engine", "statistics", "spi", "trace")),
            Map.entry("cli", Set.of("runner", "reports", "engine", "statistics", "spi", "trace")),
            Map.entry("checks", Set.of("runner", "reports", "engine", "statistics", "spi", "trace")),
            Map.entry("junit", Set.of("checks", "runner", "reports", "engine", "statistics", "spi", "trace")),
            Map.entry("testng", Set.of("checks", "runner", "reports", "engine", "statistics", "spi", "trace")),
            Map.entry("maven", Set.of("checks", "runner", "reports", "engine", "statistics", "spi", "trace")));

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

    // a room that needs its neighbour and is needed by it is no room
    @ParameterizedTest
    @MethodSource("modules")
    void packagesOfAModuleHaveNoCycles(String module) {
        slices().assignedFrom(new SliceAssignment() {
                    @Override
                    public SliceIdentifier getIdentifierOf(JavaClass type) {
                        String room = type.getPackageName() + ".";
                        return room.startsWith("dev.parity.%s.".formatted(module))
                                ? SliceIdentifier.of(room)
                                : SliceIdentifier.ignore();
                    }

                    @Override
                    public String getDescription() {
                        return "packages of " + module;
                    }
                })
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    /// Lines of a source file; a longer one holds more than one thing.
    private static final int LONGEST_FILE = 400;

    @Test
    void noFileOutgrowsItsRoom() throws IOException {
        Map<String, Integer> outgrown = new TreeMap<>();
        for (Path file : mainSources()) {
            int lines = Files.readAllLines(file).size();
            if (lines > LONGEST_FILE) {
                outgrown.put(file.getFileName().toString(), lines);
            }
        }
        assertThat(outgrown).isEmpty();
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

    // a new Op must not compile before every backend, the shape inference and the gradient know it
    @Test
    void noSwitchOverOpHasADefault() throws IOException {
        List<String> bodies = new ArrayList<>();
        List<String> withDefault = new ArrayList<>();
        for (Path file : mainSources()) {
            for (String body : switches(Files.readString(file))) {
                if (body.contains("case Op.")) {
                    bodies.add(body);
                    if (body.contains("default ->") || body.contains("default:")) {
                        withDefault.add("%s: %s".formatted(file.getFileName(), body.strip()));
                    }
                }
            }
        }
        assertThat(bodies).hasSizeGreaterThan(4);
        assertThat(withDefault).isEmpty();
    }

    @Test
    void aDefaultIsFoundInItsOwnSwitchOnly() {
        String source = "switch (a) { case Op.Add _ -> switch (b) { default -> 1; }; }";
        assertThat(switches(source)).containsExactlyInAnyOrder(" case Op.Add _ -> switch (b) ; ", " default -> 1; ");
    }

    private static List<Path> mainSources() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(System.getProperty("parity.root")))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> file.toString().contains("src/main"))
                    .toList();
        }
    }

    /// The bodies of a source's switches, each without what stands in braces inside it.
    private static List<String> switches(String source) {
        List<String> found = new ArrayList<>();
        Matcher start = Pattern.compile("\\bswitch \\([^{]*\\{").matcher(source);
        while (start.find()) {
            StringBuilder body = new StringBuilder();
            int depth = 1;
            for (int at = start.end(); depth > 0; at++) {
                depth += source.charAt(at) == '{' ? 1 : source.charAt(at) == '}' ? -1 : 0;
                if (depth == 1 && source.charAt(at) != '}') {
                    body.append(source.charAt(at));
                }
            }
            found.add(body.toString());
        }
        return found;
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

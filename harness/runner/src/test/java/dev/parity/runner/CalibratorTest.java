package dev.parity.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.spi.Fault;
import dev.parity.statistics.Suspect;
import dev.parity.statistics.calibration.Calibration;
import dev.parity.statistics.calibration.Subject;
import dev.parity.statistics.calibration.Trial;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CalibratorTest {
    private static final List<String> TINY = List.of(
            "train.steps=10",
            "data.trainItems=160",
            "data.testItems=20",
            "study.seeds=2",
            "precision.lossScaleWindow=5");

    @TempDir
    private Path folder;

    /// Remembers which traces it was asked for.
    private static final class Remembering implements RunExecutor {
        private final RunExecutor inner = new LocalExecutor(2);
        private final List<String> made = new ArrayList<>();

        @Override
        public void check(RunPlan plan) {
            inner.check(plan);
        }

        @Override
        public List<Path> execute(RunPlan plan, boolean resume, Progress progress) {
            plan.runs().forEach(run -> made.add(String.valueOf(run.trace().getFileName())));
            return inner.execute(plan, resume, progress);
        }
    }

    private static Calibrator.Case of(Optional<String> fault) {
        Scenario scenario = Scenarios.load("moe-cifar", TINY);
        LinkedHashSet<String> suspects = new LinkedHashSet<>(fault.isPresent() ? Set.of("backward") : Set.of());
        return new Calibrator.Case(
                new Subject(fault.orElse("equal"), "moe-cifar", TINY, suspects, false),
                scenario,
                scenario.candidate(),
                fault);
    }

    @Test
    void subjectsShareTheReferencesOfATrial() {
        Remembering executor = new Remembering();
        List<Trial> heard = new ArrayList<>();
        Calibration found = new Calibrator(executor, folder, false)
                .calibrate(
                        List.of(of(Optional.empty()), of(Optional.of("weight-gradient-scale=0.5"))), 2, 7, heard::add);
        // two trials of two seeds: four references, and four candidates of each subject
        assertThat(executor.made).hasSize(12).doesNotHaveDuplicates();
        assertThat(executor.made.stream()
                        .filter(name -> name.startsWith("reference"))
                        .map(name -> name.substring(10, name.indexOf('-', 10))))
                .containsExactly("seed7", "seed8", "seed9", "seed10");
        assertThat(found.trials()).isEqualTo(heard).hasSize(4);
        assertThat(heard).extracting(Trial::firstSeed).containsExactly(7L, 7L, 9L, 9L);
        assertThat(found.part(false).right()).hasToString("2/2");
        assertThat(found.part(false).namedTheCause()).hasToString("2/2");
        assertThat(found.part(true).failed().times()).isZero();
    }

    @Test
    void aWeakerFaultIsNearerToNone() {
        assertThat(CalibrationCases.weaker(Fault.choose("weight-gradient-scale=0.04"), 2).stream()
                        .map(Object::toString))
                .containsExactly(
                        "weight-gradient-scale=0.04", "weight-gradient-scale=0.02", "weight-gradient-scale=0.01");
        assertThat(CalibrationCases.weaker(Fault.choose("expert-gradients-scaled=2"), 1).stream()
                        .map(Object::toString))
                .containsExactly("expert-gradients-scaled=2", "expert-gradients-scaled=1.5");
        assertThat(CalibrationCases.weaker(Fault.choose("bias-correction-missing"), 3))
                .hasSize(1);
    }

    @Test
    void everySuspectOfAFaultIsOneThatAResultCanName() {
        Set<String> names = Stream.of(Suspect.values()).map(Suspect::label).collect(Collectors.toSet());
        assertThat(Fault.all())
                .hasSizeGreaterThan(35)
                .allSatisfy(fault -> assertThat(names).containsAll(fault.about().suspects()));
        assertThat(Fault.SUSPECTS).isEqualTo(names);
    }

    @Test
    void everyFaultFitsTheMainJobUnderItsSetup() {
        List<Calibrator.Case> cases = Fault.ofRuns().stream()
                .map(fault -> CalibrationCases.of(Fault.choose(fault.about().id()), 1))
                .toList();
        assertThat(cases).allSatisfy(each -> {
            assertThat(each.scenario().study().seeds()).isEqualTo(1);
            assertThat(each.subject().isClean()).isFalse();
        });
        assertThat(CalibrationCases.clean(3)).hasSize(6).allSatisfy(each -> {
            assertThat(each.scenario().study().seeds())
                    .isEqualTo(each.scenario().name().equals("pr-moe") ? 6 : 3);
            assertThat(each.subject().isClean()).isTrue();
        });
    }
}

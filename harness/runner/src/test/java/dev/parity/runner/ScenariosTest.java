package dev.parity.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parity.engine.TrainingConfig;
import dev.parity.spi.Backends;
import dev.parity.spi.ElementType;
import dev.parity.spi.NumericMode;
import dev.parity.statistics.Profile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ScenariosTest {
    @TempDir
    private Path folder;

    private String file(String text) throws IOException {
        return Files.writeString(folder.resolve("mine.yaml"), text).toString();
    }

    @Test
    void everyScenarioThatComesWithTheProgramLoads() {
        assertThat(Scenarios.names()).contains("moe-cifar", "moe-cifar-seed", "dense-cifar-sgd", "pr-moe");
        for (String name : Scenarios.names()) {
            assertThat(Scenarios.load(name, List.of()).name()).isEqualTo(name);
        }
    }

    @Test
    void theMainJobIsWhatItIsSaidToBe() {
        Scenario scenario = Scenarios.load("moe-cifar", List.of());
        TrainingConfig training = scenario.training();
        assertThat(training.train().steps()).isEqualTo(280);
        assertThat(training.schedule().warmupSteps()).isEqualTo(50);
        assertThat(training.precision().lossScaleWindow()).isEqualTo(50);
        assertThat(training.precision().dtype()).isEqualTo(ElementType.FP16);
        assertThat(training.parallel().world()).isEqualTo(2);
        assertThat(training.parallel().epSize()).isEqualTo(2);
        assertThat(training.model().experts()).containsExactly(2);
        assertThat(training.model().noise()).isEqualTo(TrainingConfig.Noise.RSAMPLE);
        assertThat(training.optimizer().type()).isEqualTo(TrainingConfig.OptimizerType.ADAMW);
        assertThat(scenario.study().seeds()).isEqualTo(16);
    }

    // one default in one place: a scenario that says nothing has the profile's margins
    @Test
    void theDefaultMarginsAreThoseOfTheStatistics() {
        assertThat(Scenarios.load("pr-moe", List.of()).profile()).isEqualTo(Profile.STRICT);
    }

    @Test
    void aScenarioChoosesItsProfileAndChangesItsMargins() {
        Scenario scenario = Scenarios.load("pr-moe", List.of("profile=verl", "margins.meanLossError=0.03"));
        assertThat(scenario.profile().name()).isEqualTo("verl");
        assertThat(scenario.profile().margins().values()).isEqualTo(Map.of("meanLossError", 0.03));
        assertThatThrownBy(() -> Scenarios.load("pr-moe", List.of("profile=verl", "margins.loss=0.03")))
                .isInstanceOf(ScenarioException.class)
                .hasMessage("pr-moe: no margin 'loss', there are [meanLossError]");
        assertThatThrownBy(() -> Scenarios.load("pr-moe", List.of("profile=verbose")))
                .isInstanceOf(ScenarioException.class)
                .hasMessageContaining("--set profile=verbose")
                .hasMessageContaining("paddle-ascend");
    }

    @Test
    void overridesReachEveryKind() {
        Scenario scenario = Scenarios.load(
                "moe-cifar",
                List.of(
                        "train.epochs=3",
                        "model.experts=[2, 4]",
                        "model.noise=Jitter",
                        "data.shuffle=per-epoch",
                        "candidate.mode.overflow=inf_nan",
                        "candidate.mode.convOperands=none",
                        "candidate.mode.matrix.fraction=28",
                        "candidate.mode.summation=device",
                        "candidate.mode.vector.expUlp=3",
                        "candidate.mode.subnormals=flushed",
                        "margins.loss=0.02"));
        assertThat(scenario.training().train().epochs()).isEqualTo(3);
        assertThat(scenario.training().model().experts()).containsExactly(2, 4);
        assertThat(scenario.training().data().shuffle()).isEqualTo(TrainingConfig.Shuffle.PER_EPOCH);
        assertThat(scenario.candidate().mode())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "overflow",
                        "inf_nan",
                        "convOperands",
                        "none",
                        "matrix",
                        Map.of("fraction", 28),
                        "summation",
                        "device",
                        "vector",
                        Map.of("expUlp", 3),
                        "subnormals",
                        "flushed"));
        NumericMode mode = scenario.candidate().numericMode();
        NumericMode base = Backends.provider("ascend-model").defaultMode();
        assertThat(mode.convOperands()).isEqualTo(NumericMode.OperandRounding.NONE);
        assertThat(mode.subnormals()).isEqualTo(NumericMode.Subnormals.FLUSHED);
        assertThat(mode.matrixUnit().fraction()).isEqualTo(28);
        assertThat(mode.matrixUnit().blockSum()).isEqualTo(base.matrixUnit().blockSum());
        assertThat(mode.vectorUnit().expUlp()).isEqualTo(3);
        assertThat(scenario.profile().margins().values()).containsEntry("loss", 0.02);
    }

    @Test
    void aUnitThatABackendHasNotIsRefused() {
        Scenario scenario =
                Scenarios.load("moe-cifar", List.of("candidate.backend=cpu", "candidate.mode.matrix.products=8"));
        assertThatThrownBy(() -> scenario.candidate().numericMode())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cpu has no matrix unit, found mode.matrix {\"products\":8}");
    }

    @Test
    void whatIsShownIsAScenarioFileOfTheSameSettings() throws IOException {
        String shown = Scenarios.show("dense-cifar-sgd", List.of("train.seed=7"));
        Scenario again = Scenarios.load(file(shown), List.of());
        assertThat(again).isEqualTo(Scenarios.load("dense-cifar-sgd", List.of("train.seed=7")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            name: x\\ntrain:\\n  epoch: 1\\n        | mine.yaml:3:10 | epoch
            name: x\\ntrain:\\n  epochs: many\\n    | mine.yaml:3:11 | train.epochs
            name: x\\nmodel:\\n  k: 3\\n            | mine.yaml:3:6  | model.k
            name: x\\nprecision:\\n  dtype: fp8\\n  | mine.yaml:3:10 | precision.dtype
            name: ../x\\n                          | mine.yaml:1:7  | name
            name: [x\\n                            | mine.yaml:     | is no YAML
            """)
    void aWrongFileIsRefusedWithLineAndColumn(String text, String place, String reason) throws IOException {
        String name = file(text.replace("\\n", "\n"));
        assertThatThrownBy(() -> Scenarios.load(name, List.of()))
                .isInstanceOf(ScenarioException.class)
                .hasMessageContaining(place)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource({"train.epoch=1, epoch", "train.epochs=0, train.epochs=0", "nonsense, expected KEY=VALUE"})
    void aWrongOverrideIsRefusedByItsKey(String override, String reason) {
        assertThatThrownBy(() -> Scenarios.load("moe-cifar", List.of(override)))
                .isInstanceOf(ScenarioException.class)
                .hasMessageContaining("--set " + override)
                .hasMessageContaining(reason);
    }

    @Test
    void settingsThatContradictEachOtherAreRefused() {
        assertThatThrownBy(() -> Scenarios.load("moe-cifar", List.of("model.experts=[3]")))
                .isInstanceOf(ScenarioException.class)
                .hasMessage("moe-cifar: parallel.epSize = 2 must divide each entry of model.experts, was 3");
    }

    @Test
    void aNameThatDoesNotExistListsThoseThatDo() {
        assertThatThrownBy(() -> Scenarios.load("moe-cifra", List.of()))
                .hasMessageContaining("there is no scenario 'moe-cifra'")
                .hasMessageContaining("moe-cifar-seed");
    }

    // 8 MB took 73 s and 1 GB
    @Test
    void aFileOfUnboundedSizeIsRefusedBeforeItIsParsed() throws IOException {
        String name = file("description: " + "x".repeat(1 << 20));
        assertThatThrownBy(() -> Scenarios.load(name, List.of()))
                .isInstanceOf(ScenarioException.class)
                .hasMessage("%s: expected a scenario of at most 1048576 bytes, found more", name);
    }

    @Test
    void aLongFileIsRead() throws IOException {
        String shown = Scenarios.show("moe-cifar", List.of());
        String name = file(shown + "#".repeat((1 << 20) - shown.getBytes(StandardCharsets.UTF_8).length));
        assertThat(Scenarios.load(name, List.of())).isEqualTo(Scenarios.load("moe-cifar", List.of()));
    }

    @Test
    void aLongOverrideIsRefusedAndShortened() {
        String most = "description=" + "x".repeat((1 << 16) - 12);
        assertThat(Scenarios.load("moe-cifar", List.of(most)).description()).hasSize((1 << 16) - 12);
        assertThatThrownBy(() -> Scenarios.load("moe-cifar", List.of(most + "x")))
                .isInstanceOf(ScenarioException.class)
                .hasMessage("--set description=%s…: expected at most 65536 characters, found 65537", "x".repeat(88));
    }

    @Test
    void aDeepOverrideIsRefused() {
        assertThatThrownBy(() -> Scenarios.load("moe-cifar", List.of("a.".repeat(600) + "b=1")))
                .isInstanceOf(ScenarioException.class)
                .hasMessageContaining("expected a key of at most 16 parts, found 601");
    }

    @Test
    void ofManyErrorsTheFirstAreListed() throws IOException {
        StringBuilder text = new StringBuilder("name: x\n");
        for (int i = 0; i < 50; i++) {
            text.append("key%d: 1\n".formatted(i));
        }
        String name = file(text.toString());
        assertThatThrownBy(() -> Scenarios.load(name, List.of()))
                .hasMessageContaining("key0")
                .hasMessageEndingWith("\nand 30 more");
    }
}

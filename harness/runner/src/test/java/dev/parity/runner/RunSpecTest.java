package dev.parity.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RunSpecTest {
    private static final RunSpec PLAIN = candidate();

    private static RunSpec candidate(String... overrides) {
        Scenario scenario = Scenarios.load("moe-cifar", List.of(overrides));
        return new RunSpec(
                "test", "candidate", scenario.training(), scenario.candidate(), Optional.empty(), List.of(overrides));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "train.seed=1",
                "optimizer.lr=7.0e-4",
                "precision.dtype=fp16",
                "candidate.mode.overflow=inf_nan",
                "candidate.mode={}",
                "data.directory=elsewhere",
                "study.seeds=3",
                "margins.loss=0.1",
                "description=another"
            })
    void whatChangesNothingOfTheRunChangesNoHash(String override) {
        assertThat(candidate(override).hash()).isEqualTo(PLAIN.hash());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "train.seed=2",
                "train.steps=279",
                "optimizer.lr=0.002",
                "data.seed=5",
                "candidate.backend=cpu",
                "candidate.mode.overflow=saturate",
                "trace.replicaEvery=7",
                "trace.routing=true"
            })
    void whatChangesTheTraceChangesTheHash(String override) {
        assertThat(candidate(override).hash()).isNotEqualTo(PLAIN.hash());
    }

    @Test
    void severalOverridesCountInAnyOrder() {
        assertThat(candidate("train.steps=9", "data.seed=5").hash())
                .isEqualTo(candidate("data.seed=5", "train.steps=9").hash());
    }

    @Test
    void imagesThatAreReadCountByTheirPlaceHoweverItIsWritten() {
        String read = candidate("data.source=files", "data.directory=a").hash();
        assertThat(candidate("data.source=files", "data.directory=./b/../a/").hash())
                .isEqualTo(read);
        assertThat(candidate("data.source=files", "data.directory=b").hash()).isNotEqualTo(read);
    }

    @Test
    void theSideOfTheSameRunDoesNotCount() {
        RunSpec reference =
                new RunSpec("test", "reference", PLAIN.config(), PLAIN.side(), PLAIN.fault(), PLAIN.overrides());
        assertThat(reference.hash()).isEqualTo(PLAIN.hash());
        assertThat(reference.traceName()).isNotEqualTo(PLAIN.traceName());
    }

    @Test
    void theTraceHasSideSeedAndHashInItsName() {
        assertThat(PLAIN.withSeed(12).traceName())
                .isEqualTo("candidate-seed12-%s.jsonl.gz"
                        .formatted(PLAIN.withSeed(12).hash().substring(0, 12)));
    }

    @Test
    void aBackendThatDoesNotExistIsNamed() {
        assertThatThrownBy(() -> candidate("candidate.backend=tpu").hash())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("there is no backend 'tpu'");
    }

    @Test
    void aFaultThatDoesNotExistIsRefused() {
        assertThatThrownBy(
                        () -> new RunSpec("test", "x", PLAIN.config(), PLAIN.side(), Optional.of("gremlin"), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("there is no fault 'gremlin'");
    }
}

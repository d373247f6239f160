package dev.parity.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parity.engine.Checkpoint;
import dev.parity.engine.DataException;
import dev.parity.engine.DataSets;
import dev.parity.engine.TrainingRun;
import dev.parity.spi.Backend;
import dev.parity.statistics.Verdict;
import dev.parity.statistics.tensors.LockstepResult;
import dev.parity.statistics.tensors.OpFinding;
import dev.parity.statistics.tensors.TensorProfile;
import dev.parity.trace.TraceRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The Ops of `moe-cifar` on two ranks, without a fault and with one in a single Op.
final class LockstepRunTest {
    private static final List<String> SMALL = List.of("train.microBatch=4", "data.trainItems=480");

    private static Scenario.Side side(String backend) {
        return new Scenario.Side(backend);
    }

    private static LockstepRun lockstep(Scenario scenario, String reference, String candidate, Long... steps) {
        return new LockstepRun(
                scenario,
                "cpu-fp64",
                side(reference),
                side(candidate),
                Optional.empty(),
                new TreeSet<>(List.of(steps)),
                Optional.empty(),
                TensorProfile.standard());
    }

    private static LockstepRun with(LockstepRun run, Optional<String> fault, Optional<Path> from, String profile) {
        return new LockstepRun(
                run.scenario(),
                run.golden(),
                run.reference(),
                run.candidate(),
                fault,
                run.steps(),
                from,
                TensorProfile.named(profile));
    }

    private static LockstepResult result(LockstepRun run) {
        return run.run((done, last) -> assertThat(done).isLessThanOrEqualTo(last));
    }

    @ParameterizedTest
    @CsvSource({"cuda-model, ascend-model, 50", "cpu, cuda-model:v100, 10"})
    void everyOpOfHonestDevicesPasses(String reference, String candidate, long last) {
        Scenario scenario = Scenarios.load("moe-cifar", List.of());
        LockstepResult found = result(lockstep(scenario, reference, candidate, 1L, 10L, last));
        assertThat(found.headline())
                .isEqualTo("all %d Op outputs within the profile"
                        .formatted(found.findings().size()));
        assertThat(found.verdict()).isEqualTo(Verdict.PASS);
        assertThat(found.steps()).containsExactlyElementsOf(new TreeSet<>(List.of(1L, 10L, last)));
        // forward, backward, collectives, norms and the optimizer's
        assertThat(found.findings().stream()
                        .filter(each -> each.step() == last)
                        .map(each -> each.place().value()))
                .contains("conv1", "moe0/received", "d/conv1.weight", "fc4.weight/reduced", "overflow", "norms")
                .contains("fc1.weight/master/new", "fc1.weight/m/new", "fc1.weight/v/new", "fc1.weight/new")
                .doesNotHaveDuplicates();
    }

    // fp64 arithmetic rounded once is what the stored golden computes, Op for Op
    @Test
    void theStoredGoldenHasEveryBitOfTheGoldenRounded() {
        LockstepRun run = lockstep(Scenarios.load("moe-cifar", SMALL), "cpu", "cpu-stored", 1L, 3L);
        LockstepResult found = result(with(run, Optional.empty(), Optional.empty(), "binary"));
        assertThat(found.verdict()).as(found.worst().sentence()).isEqualTo(Verdict.PASS);
    }

    @ParameterizedTest
    @CsvSource({
        "fp16-accumulation, conv2, Conv2d",
        "weight-gradient-subnormals-flushed, d/fc1.weight, MatMul",
        "weight-cast-truncates, fc1.weight/new, Cast",
        "expert-gradient-transposed, d/moe0.expert.weight, MatMul",
        "gate-tf32-left-on, moe0/logits, MatMul"
    })
    void aFaultInOneOpIsTheFirstAndTheWorstAndTheOnlyOne(String fault, String value, String op) {
        List<String> settings = fault.contains("subnormals")
                ? List.of("train.microBatch=4", "data.trainItems=480", "precision.lossScale=1")
                : SMALL;
        LockstepRun run = lockstep(Scenarios.load("moe-cifar", settings), "cuda-model", "cuda-model", 1L);
        assertThat(result(run).verdict()).as("without the fault").isEqualTo(Verdict.PASS);
        LockstepResult found = result(with(run, Optional.of(fault), Optional.empty(), "op"));
        assertThat(found.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(found.failed()).hasSize(1);
        assertThat(found.first().orElseThrow().place().value()).isEqualTo(value);
        assertThat(found.worst()).isEqualTo(found.first().orElseThrow());
        assertThat(found.worst().place().op()).isEqualTo(op);
        OpFinding.Worst worst = found.worst().worst();
        assertThat(worst.candidateUlps()).isGreaterThan(worst.referenceUlps());
        assertThat(worst.candidate()).isNotEqualTo(worst.reference());
    }

    // the AllToAll hands out what it received in the run before: nothing, then the last step's
    @Test
    void whatAFaultRemembersIsKeptFromStepToStep() {
        LockstepRun run = lockstep(Scenarios.load("moe-cifar", SMALL), "cpu", "cpu", 1L, 2L);
        LockstepResult found = result(with(run, Optional.of("all-to-all-stale"), Optional.empty(), "op"));
        assertThat(found.failed()).allMatch(each -> each.place().op().equals("AllToAll"));
        List<OpFinding> received = found.failed().stream()
                .filter(each -> each.place().value().equals("moe0/received"))
                .toList();
        assertThat(received).hasSize(2);
        assertThat(received.get(0).worst().candidate()).isZero();
        assertThat(received.get(1).candidate().cosine()).isNotZero();
    }

    // 2^24 is beyond FP16: the reference computes with infinities and NaN, the candidate saturates and says so
    @Test
    void aStepThatOverflowsIsComparedAsEachDeviceHoldsItAndIsNoPlainPass() {
        List<String> settings = List.of("train.microBatch=4", "data.trainItems=480", "precision.initialScalePower=24");
        LockstepRun run = lockstep(Scenarios.load("moe-cifar", settings), "cuda-model", "ascend-model", 1L);
        LockstepResult found = result(run);
        assertThat(found.failed()).isEmpty();
        assertThat(found.verdict()).isEqualTo(Verdict.WARN);
        assertThat(found.notes())
                .containsExactly(
                        "step 1 overflowed and was skipped: its optimizer Ops did not run and were not compared");
        LockstepResult silent = result(with(
                lockstep(run.scenario(), "cuda-model", "cuda-model", 1L),
                Optional.of("overflow-saturates"),
                Optional.empty(),
                "op"));
        assertThat(silent.failed().stream().map(each -> each.place().value())).contains("scaleCast", "nonFinite");
    }

    @Test
    void aCheckpointOfEitherDeviceIsGoneOnFrom(@TempDir Path folder) {
        Scenario scenario = Scenarios.load("moe-cifar", SMALL);
        Path file = folder.resolve("three.checkpoint");
        record(scenario, file, 3);
        LockstepRun run = lockstep(scenario, "cpu", "ascend-model");
        LockstepResult found = result(with(run, Optional.empty(), Optional.of(file), "op"));
        assertThat(found.steps()).containsExactly(4L);
        assertThat(found.verdict()).isEqualTo(Verdict.PASS);
        // its weights, not the initial ones
        assertThat(worst(found, "fc1.weight/new").golden())
                .isNotEqualTo(worst(result(run), "fc1.weight/new").golden());
        assertThatThrownBy(() ->
                        result(with(lockstep(scenario, "cpu", "cpu", 3L), Optional.empty(), Optional.of(file), "op")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("steps must be 4 to ");
        Scenario other = scenario.withFirstSeed(2);
        assertThatThrownBy(() ->
                        result(with(lockstep(other, "cpu", "cpu", 4L), Optional.empty(), Optional.of(file), "op")))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("the checkpoint is of another run");
    }

    private static OpFinding.Worst worst(LockstepResult found, String value) {
        return found.findings().stream()
                .filter(each -> each.place().value().equals(value))
                .findFirst()
                .orElseThrow()
                .worst();
    }

    private static void record(Scenario scenario, Path file, long step) {
        RunSpec spec = new RunSpec("test", "test", scenario.training(), side("cpu"), Optional.empty(), List.of());
        try (Backend backend = spec.open()) {
            DataSets data = DataSets.of(spec.config().data());
            new TrainingRun(spec.config(), data, backend)
                    .run(
                            new TrainingRun.Observer() {
                                @Override
                                public void record(TraceRecord item) {
                                    // no trace is asked for
                                }

                                @Override
                                public boolean wantsCheckpoint(long done) {
                                    return done == step;
                                }

                                @Override
                                public void checkpoint(Checkpoint checkpoint) {
                                    if (checkpoint.step() == step) {
                                        checkpoint.write(file);
                                    }
                                }

                                @Override
                                public void progress(String phase, long done, long total) {
                                    // nobody watches
                                }
                            },
                            Optional.empty());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 281})
    void aStepThatTheRunDoesNotHaveIsRefused(long step) {
        assertThatThrownBy(() -> result(lockstep(Scenarios.load("moe-cifar", List.of()), "cpu", "cpu", step)))
                .hasMessage("steps must be 1 to 280, were [%d]".formatted(step));
    }

    @Test
    void aFaultOfTheRulesIsRefused() {
        LockstepRun run = lockstep(Scenarios.load("moe-cifar", SMALL), "cpu", "cpu", 1L);
        assertThatThrownBy(() -> with(run, Optional.of("learning-rate"), Optional.empty(), "op"))
                .hasMessageContaining("learning-rate is one of the training's rules");
    }
}

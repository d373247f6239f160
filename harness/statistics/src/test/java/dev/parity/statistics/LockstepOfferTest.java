package dev.parity.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.trace.Provenance;
import dev.parity.trace.RunTrace;
import dev.parity.trace.StepRecord;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// The command that compares Op by Op, offered where free-running trainings part.
final class LockstepOfferTest {
    private static RunTrace run(Map<String, String> underTest, UnaryOperator<StepRecord> change) {
        RunTrace plain = Traces.run(7, change);
        Map<String, String> tested = new HashMap<>(plain.provenance().underTest());
        tested.putAll(underTest);
        Provenance provenance = Provenance.of(
                plain.provenance().source(),
                plain.provenance().comparability(),
                tested,
                Map.of(Provenance.SCENARIO_NAME, "moe-cifar", Provenance.OVERRIDES, "train.steps=400, model.k=2"));
        return new RunTrace(
                plain.name(),
                provenance,
                plain.steps(),
                plain.points(),
                plain.scaleEvents(),
                plain.evaluations(),
                plain.notes(),
                plain.gaps(),
                plain.end());
    }

    /// Scales a gradient's norm from a step on.
    private static UnaryOperator<StepRecord> offFrom(long step) {
        return s -> {
            TreeMap<String, Double> norms = new TreeMap<>(s.gradNorm());
            norms.computeIfPresent("fc1.weight", (_, norm) -> s.step() < step ? norm : 3 * norm);
            return Edits.copy(s, norms, s.expertCounts());
        };
    }

    private static Suspicion suspicion(long step, Map<String, String> candidate) {
        RunTrace reference = run(Map.of(Provenance.BACKEND, "cuda-model"), UnaryOperator.identity());
        ParityResult result = Judging.judge(reference, run(candidate, offFrom(step)));
        assertThat(result.verdict()).isEqualTo(Verdict.FAIL);
        return result.suspects().getFirst();
    }

    @Test
    void theFirstStepThatDiffersIsOfferedWithSeedSidesAndFault() {
        assertThat(suspicion(1, Map.of(Provenance.BACKEND, "ascend-model", Provenance.FAULT, "x=1"))
                        .lockstep())
                .isEqualTo("./parity lockstep moe-cifar --set train.steps=400 --set model.k=2 --seed 7"
                        + " --reference cuda-model --candidate ascend-model --fault x=1 --steps 1");
        assertThat(suspicion(4, Map.of()).lockstep()).endsWith("--reference cuda-model --candidate cpu --steps 4");
    }

    @Test
    void aFaultOfTheRulesIsNotPlantedIntoTheDevice() {
        assertThat(suspicion(1, Map.of("otherParts", "Clipper", Provenance.FAULT, "x=1"))
                        .lockstep())
                .doesNotContain("--fault");
    }

    @Test
    void aRunWithoutAScenarioOffersNothing() {
        RunTrace reference = Traces.run(7, UnaryOperator.identity());
        ParityResult result = Judging.judge(reference, Traces.run(7, offFrom(1)));
        assertThat(result.suspects())
                .isNotEmpty()
                .allMatch(each -> each.lockstep().isEmpty());
    }

    @Test
    void whatNoDeviceComputesIsNotComparedOpByOp() {
        RunTrace reference = run(Map.of(), UnaryOperator.identity());
        RunTrace candidate =
                run(Map.of(), s -> Traces.with(s, s.loss(), s.scale(), 0.011, Traces.norm(s), s.replicas()));
        assertThat(Judging.judge(reference, candidate).suspects())
                .filteredOn(each -> each.suspect() == Suspect.SCHEDULE)
                .isNotEmpty()
                .allMatch(each -> each.lockstep().isEmpty());
    }
}

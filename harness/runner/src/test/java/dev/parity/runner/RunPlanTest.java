package dev.parity.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RunPlanTest {
    private static final Scenario SCENARIO = Scenarios.load("moe-cifar", List.of("study.seeds=2", "train.seed=9"));
    private static final RunSpec SPEC = new RunSpec(
            "test", "reference", SCENARIO.training(), SCENARIO.reference(), Optional.empty(), List.of("train.seed=9"));

    @Test
    void aScenariosSeedsAreRunOnBothSides() {
        RunPlan plan = RunPlan.of(SCENARIO, Optional.empty(), List.of(), Path.of("runs"));
        assertThat(plan.runs())
                .extracting(run -> run.spec().name())
                .containsExactly("reference seed 9", "candidate seed 9", "reference seed 10", "candidate seed 10");
        assertThat(plan.traces(Scenario.SideName.CANDIDATE))
                .containsExactly(plan.runs().get(1).trace(), plan.runs().get(3).trace());
        assertThat(plan.runs().getFirst().trace().toString()).matches("runs/reference-seed9-[0-9a-f]{12}\\.jsonl\\.gz");
    }

    @Test
    void severalSeedsOfOneSideAreNamedByTheCaller() {
        RunPlan plan = RunPlan.of(SPEC, 2, 4, spec -> Path.of("gpu-%d.jsonl".formatted(spec.seed())));
        assertThat(plan.runs())
                .extracting(RunPlan.Run::trace)
                .containsExactly(Path.of("gpu-2.jsonl"), Path.of("gpu-3.jsonl"), Path.of("gpu-4.jsonl"));
        assertThat(plan.runs().getLast().spec()).isEqualTo(SPEC.withSeed(4));
    }

    @Test
    void twoRunsDoNotWriteOneFile() {
        assertThatThrownBy(() -> RunPlan.of(SPEC, 1, 2, _ -> Path.of("x.jsonl")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("reference seed 1 and reference seed 2 would both write x.jsonl:"
                        + " expected a file for each run");
    }

    @Test
    void twoSidesDoNotShareAFileHoweverEqualTheyAre() {
        RunSpec candidate =
                new RunSpec("test", "candidate", SPEC.config(), SPEC.side(), SPEC.fault(), SPEC.overrides());
        Path file = Path.of("x.jsonl");
        assertThatThrownBy(() -> new RunPlan(List.of(new RunPlan.Run(SPEC, file), new RunPlan.Run(candidate, file))))
                .hasMessageContaining("reference seed 9 and candidate seed 9 would both write x.jsonl");
    }

    @Test
    void theSameRunMayStandTwice() {
        RunPlan.Run run = new RunPlan.Run(SPEC, Path.of("x.jsonl"));
        assertThat(new RunPlan(List.of(run, run)).runs()).hasSize(2);
    }
}

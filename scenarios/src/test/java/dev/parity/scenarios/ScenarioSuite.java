package dev.parity.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.checks.ScenarioCheck;
import dev.parity.statistics.Alignment;
import dev.parity.statistics.Evidence;
import dev.parity.statistics.ParityResult;
import dev.parity.statistics.Verdict;
import dev.parity.testng.Groups;
import dev.parity.testng.Parity;
import dev.parity.testng.ParityCases;
import dev.parity.testng.ParityCases.Pair;
import dev.parity.trace.RunTrace;
import dev.parity.trace.StepRecord;
import java.util.ArrayList;
import java.util.List;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// Runs scenarios as they are or shortened, one case a row.
public final class ScenarioSuite {
    private static final List<String> SYNTHETIC = List.of(
            "data.source=synthetic", "data.trainItems=640", "data.testItems=100", "train.epochs=1", "train.steps=40");

    /// For TestNG.
    public ScenarioSuite() {}

    /// Cases that must run on both sides, whatever the data decides in so few steps.
    ///
    /// @return scenario and overrides
    @DataProvider
    public Object[][] shortened() {
        return new Object[][] {
            {"moe-cifar", List.of()},
            {"moe-cifar", List.of("precision.dtype=bf16")},
            // with TF32 on one side and HF32 on the other, FP32 is not the same training, and first-step says so
            {
                "moe-cifar",
                List.of(
                        "precision.dtype=fp32",
                        "parallel.epSize=1",
                        "reference.mode.convOperands=none",
                        "candidate.mode.convOperands=none")
            },
            {"moe-cifar", List.of("model.dropTokens=false", "optimizer.wrapper=fused")},
            {"moe-cifar", List.of("model.k=2", "model.noise=none")},
            {"moe-cifar-seed", List.of("optimizer.wrapper=unfused", "precision.lossScaleWindow=10")},
            {"moe-cifar-seed", List.of("parallel.world=4", "train.microBatch=4", "precision.lossScale=1024")},
            {"dense-cifar-sgd", List.of("model.noise=Jitter", "train.seed=2")},
            {"pr-moe", List.of("parallel.expertGradientScaling=fixed")}
        };
    }

    @Test(dataProvider = "shortened", groups = Groups.SMOKE)
    public void runsOnBothSides(String name, List<String> overrides) {
        List<String> all = new ArrayList<>(SYNTHETIC);
        all.add("study.seeds=1");
        all.addAll(overrides);
        ParityResult result = Parity.run(new ScenarioCheck(name, all)).result();
        assertThat(result.verdict()).isNotIn(Verdict.FAIL, Verdict.INVALID);
        for (String gate :
                List.of("comparability", "length", "non-finite", "replicas", "scaler-replay", "first-step")) {
            assertThat(verdict(result, gate)).as(gate).isEqualTo(Verdict.PASS);
        }
    }

    private static Verdict verdict(ParityResult result, String gate) {
        return result.evidence().stream()
                .filter(evidence -> evidence.gate().equals(gate))
                .map(Evidence::verdict)
                .findFirst()
                .orElseThrow();
    }

    /// Faults that must be seen.
    ///
    /// @return fault, the gate that must fail, and the steps in which it does
    @DataProvider
    public Object[][] faults() {
        return new Object[][] {{"weight-gradient-scale=0.03", "first-step", 20}, {"learning-rate=20", "loss-whole", 200}
        };
    }

    @Test(dataProvider = "faults", groups = Groups.NIGHTLY)
    public void aPlantedFaultFails(String fault, String gate, int steps) {
        List<String> all = List.of("study.seeds=3", "train.steps=" + steps);
        ParityResult result =
                Parity.run(new ScenarioCheck("moe-cifar", all).withFault(fault)).result();
        assertThat(result.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(verdict(result, gate)).isEqualTo(Verdict.FAIL);
    }

    @Test(dataProvider = Parity.CASES, dataProviderClass = Parity.class, groups = Groups.CUDA)
    @ParityCases(
            scenarios = "moe-cifar",
            pairs = {@Pair(candidate = "cuda"), @Pair(reference = "cuda")})
    public void aGpuHoldsAgainstTheModels(ScenarioCheck check) {
        Parity.assertHolds(check);
    }

    @Test(dataProvider = Parity.CASES, dataProviderClass = Parity.class, groups = Groups.ASCEND)
    @ParityCases(
            scenarios = "moe-cifar",
            pairs = {@Pair(candidate = "ascend"), @Pair(reference = "ascend")})
    public void anNpuHoldsAgainstTheModels(ScenarioCheck check) {
        Parity.assertHolds(check);
    }

    /// Two of its sixteen seeds decide nothing; that all of them pass is what `./parity run moe-cifar` ends with.
    @Test(groups = Groups.NIGHTLY)
    public void theMainJobHasSomethingToShow() {
        ParityResult result = Parity.run(new ScenarioCheck("moe-cifar", List.of("study.seeds=2")))
                .result();
        assertThat(result.verdict()).isNotIn(Verdict.FAIL, Verdict.INVALID);
        for (Alignment pair : result.pairs()) {
            for (RunTrace run : List.of(pair.reference(), pair.candidate())) {
                List<StepRecord> steps = run.steps();
                long growths = 0;
                for (int i = 1; i < steps.size(); i++) {
                    growths += steps.get(i).scale() > steps.get(i - 1).scale() ? 1 : 0;
                }
                assertThat(growths).as("growths of %s", run.name()).isGreaterThanOrEqualTo(3);
                assertThat(steps.stream().filter(StepRecord::skipped).count())
                        .as("skips of %s", run.name())
                        .isGreaterThanOrEqualTo(3);
                // the synthetic set: a trained net reaches 50 to 80 %
                assertThat(run.evaluations().getLast().ranks())
                        .allSatisfy(rank -> assertThat(rank.overall().percent()).isBetween(50.0, 80.0));
            }
        }
    }
}

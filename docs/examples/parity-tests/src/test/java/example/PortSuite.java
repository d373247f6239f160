package example;

import dev.parity.checks.Outcome;
import dev.parity.checks.ScenarioCheck;
import dev.parity.testng.Groups;
import dev.parity.testng.Parity;
import dev.parity.testng.ParityCases;
import dev.parity.testng.ParityCases.Pair;
import org.testng.annotations.Test;

/// With TestNG: scenarios on pairs of devices, for ranges of seeds.
public final class PortSuite {
    @Test(dataProvider = Parity.CASES, dataProviderClass = Parity.class, groups = Groups.SMOKE)
    @ParityCases(
            scenarios = "moe-cifar",
            pairs = {@Pair(reference = "cuda-model", candidate = "ascend-model"), @Pair(reference = "cuda")},
            seeds = {"1", "2..3"},
            set = {"train.steps=10", "data.trainItems=160", "data.testItems=20"})
    public void nothingIsWrong(ScenarioCheck check) {
        Parity.assertHolds(check, Outcome.PASSED); // ten steps are too few to decide of the losses
    }
}

package dev.parity.runner;

import dev.parity.statistics.tensors.LockstepResult;
import dev.parity.statistics.tensors.OpFinding;
import dev.parity.statistics.tensors.TensorProfile;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class LockstepRunTest {
    static LockstepResult run(
            String a, String b, String profile, Optional<String> fault, List<String> set, Long... steps) {
        Scenario s = Scenarios.load("moe-cifar", set);
        return new LockstepRun(
                        s,
                        "cpu-fp64",
                        new Scenario.Side(a, null),
                        new Scenario.Side(b, null),
                        fault,
                        new TreeSet<>(List.of(steps)),
                        Optional.empty(),
                        TensorProfile.named(profile))
                .run((d, l) -> {});
    }

    @Test
    void probe() {
        for (String p : TensorProfile.names()) {
            long t = System.nanoTime();
            LockstepResult r = run("cuda-model", "ascend-model", p, Optional.empty(), List.of(), 1L, 10L, 50L);
            System.out.println(
                    "PROBE " + p + " " + r.verdict() + " " + r.headline() + " " + (System.nanoTime() - t) / 1e9);
            System.out.println("PROBE worst " + r.worst().sentence());
            r.notes().forEach(n -> System.out.println("PROBE " + n));
            for (OpFinding f : r.failed().stream().limit(6).toList()) System.out.println("PROBE   " + f.sentence());
        }
    }
}

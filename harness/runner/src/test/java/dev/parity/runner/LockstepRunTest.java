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
        String[][] faults = {
            {"fp16-accumulation"},
            {"expert-gradient-transposed"},
            {"gate-tf32-left-on"},
            {"weight-cast-truncates"},
            {"weight-gradient-subnormals-flushed", "precision.lossScale=1"},
            {"overflow-saturates", "precision.initialScalePower=24"},
            {"all-to-all-stale"},
            {"tf32-left-on"},
            {"truncating-cast"}
        };
        for (String[] f : faults) {
            for (String p : List.of("op", "L1", "ulp", "mixed")) {
                LockstepResult r = run(
                        "cpu", "cuda-model", p, Optional.of(f[0]), f.length > 1 ? List.of(f[1]) : List.of(), 1L, 2L);
                System.out.println("PROBE " + f[0] + " " + p + " " + r.verdict() + " " + r.headline());
                System.out.println("PROBE   worst " + r.worst().judgement().severity() + " "
                        + r.worst().sentence());
                r.notes().forEach(n -> System.out.println("PROBE " + n));
            }
        }
        for (String pw : List.of("1", "24")) {
            LockstepResult r = run(
                    "cpu",
                    "ascend-model",
                    "op",
                    Optional.empty(),
                    List.of("precision.initialScalePower=" + pw),
                    1L,
                    2L);
            System.out.println("PROBE scale " + pw + " " + r.verdict() + " " + r.headline());
            System.out.println("PROBE   worst " + r.worst().judgement().severity() + " "
                    + r.worst().sentence());
            r.notes().forEach(n -> System.out.println("PROBE " + n));
            for (OpFinding f : r.failed().stream().limit(6).toList()) System.out.println("PROBE   " + f.sentence());
        }
    }
}

package dev.parity.statistics;

import dev.parity.trace.RunTrace;
import dev.parity.trace.StepRecord;
import java.util.HashSet;
import java.util.List;

/// Ranks that share parameters must hold the same bits: one difference is a hard FAIL.
record ReplicaGate() implements Gate {
    @Override
    public String id() {
        return "replicas";
    }

    @Override
    public Basis basis() {
        return Basis.NONE;
    }

    @Override
    public Evidence judge(List<Pair> pairs) {
        int checked = 0;
        for (Pair pair : pairs) {
            for (RunTrace run : List.of(pair.reference(), pair.candidate())) {
                for (StepRecord step : run.steps()) {
                    if (new HashSet<>(step.replicas()).size() > 1) {
                        return Evidence.rule(
                                id(),
                                Verdict.FAIL,
                                "the ranks of %s hold different parameters after step %d: checksums %s"
                                        .formatted(run.name(), step.step(), step.replicas()),
                                List.of(Origins.step(run, step.step())));
                    }
                    checked += step.replicas().isEmpty() ? 0 : 1;
                }
            }
        }
        return checked == 0
                ? notJudged("no checksum of replicated parameters was recorded")
                : Evidence.rule(
                        id(),
                        Verdict.PASS,
                        "replicated parameters were equal at all %d checks".formatted(checked),
                        List.of());
    }
}

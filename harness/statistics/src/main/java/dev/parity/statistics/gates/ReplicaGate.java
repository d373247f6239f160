package dev.parity.statistics.gates;

import dev.parity.statistics.Alignment;
import dev.parity.statistics.Evidence;
import dev.parity.statistics.Gate;
import dev.parity.statistics.Margins;
import dev.parity.statistics.Verdict;
import dev.parity.trace.RunTrace;
import dev.parity.trace.StepRecord;
import java.util.HashSet;
import java.util.List;

/// Ranks that share parameters must hold the same bits: one difference is a hard FAIL.
public record ReplicaGate() implements Gate {
    @Override
    public String id() {
        return "replicas";
    }

    @Override
    public Evidence judge(List<Alignment> pairs, Margins margins) {
        int checked = 0;
        for (Alignment pair : pairs) {
            for (RunTrace run : pair.runs()) {
                for (StepRecord step : run.steps()) {
                    if (new HashSet<>(step.replicas()).size() > 1) {
                        return rule(
                                Verdict.FAIL,
                                "the ranks of %s hold different parameters after step %d: checksums %s"
                                        .formatted(run.name(), step.step(), step.replicas()),
                                List.of(run.origin(step.step())));
                    }
                    checked += step.replicas().isEmpty() ? 0 : 1;
                }
            }
        }
        return checked == 0
                ? notJudged("no checksum of replicated parameters was recorded")
                : rule(Verdict.PASS, "replicated parameters were equal at all %d checks".formatted(checked));
    }
}

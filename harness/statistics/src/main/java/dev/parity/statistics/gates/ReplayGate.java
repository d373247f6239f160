package dev.parity.statistics.gates;

import dev.parity.statistics.Alignment;
import dev.parity.statistics.Evidence;
import dev.parity.statistics.Gate;
import dev.parity.statistics.Margins;
import dev.parity.statistics.Verdict;
import dev.parity.statistics.detectors.Replay;
import dev.parity.trace.RunTrace;
import java.util.ArrayList;
import java.util.List;

/// A gate that computes anew, by each run's own rules, what the run recorded: what differs is a hard
/// FAIL. It does not judge where a run lacks the data or states no rules that it knows.
abstract sealed class ReplayGate implements Gate permits ScalerReplayGate, ScheduleReplayGate {
    /// Names what is computed anew.
    ///
    /// @return a noun
    abstract String quantity();

    /// Computes a run anew.
    ///
    /// @param run any
    /// @return what came of it
    /// @throws IllegalArgumentException if the run's settings are missing, unreadable or of unknown rules
    abstract Replay replay(RunTrace run);

    @Override
    public Evidence judge(List<Alignment> pairs, Margins margins) {
        List<String> unknown = new ArrayList<>();
        List<String> broken = new ArrayList<>();
        long values = 0;
        for (Alignment pair : pairs) {
            for (RunTrace run : pair.runs()) {
                try {
                    Replay found = replay(run);
                    values += found.values();
                    found.broken().ifPresent(where -> broken.add("%s, %s".formatted(run.name(), where)));
                    if (found.values() == 0) {
                        unknown.add("%s does not record each step's %s".formatted(run.name(), quantity()));
                    }
                } catch (IllegalArgumentException problem) {
                    unknown.add("%s: %s".formatted(run.name(), problem.getMessage()));
                }
            }
        }
        if (!broken.isEmpty()) {
            return rule(Verdict.FAIL, broken.getFirst(), broken);
        }
        return unknown.isEmpty()
                ? rule(
                        Verdict.PASS,
                        "all %d recorded values of the %s follow the run's own rules".formatted(values, quantity()))
                : notJudged(unknown.getFirst());
    }
}

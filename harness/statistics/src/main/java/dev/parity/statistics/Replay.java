package dev.parity.statistics;

import dev.parity.trace.RunTrace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A gate that computes anew, by each run's own rules, what the run recorded: what differs is a hard
/// FAIL. It does not judge where a run lacks the data or states no rules that it knows.
sealed interface Replay extends Gate permits ScalerReplayGate, ScheduleReplayGate {
    /// Names what is computed anew.
    ///
    /// @return a noun
    String quantity();

    /// Computes a run anew.
    ///
    /// @param run with at least one step
    /// @return where it first differs; empty if it does not
    /// @throws IllegalArgumentException if the run's settings are missing, unreadable or of unknown rules
    Optional<String> replay(RunTrace run);

    @Override
    default Evidence judge(List<Pair> pairs) {
        List<String> unknown = new ArrayList<>();
        List<String> broken = new ArrayList<>();
        long steps = 0;
        for (Pair pair : pairs) {
            for (RunTrace run : List.of(pair.reference(), pair.candidate())) {
                steps += run.steps().size();
                if (run.steps().isEmpty()) {
                    unknown.add("%s does not record each step's %s".formatted(run.name(), quantity()));
                    continue;
                }
                try {
                    replay(run).ifPresent(found -> broken.add("%s, %s".formatted(run.name(), found)));
                } catch (IllegalArgumentException problem) {
                    unknown.add("%s: %s".formatted(run.name(), problem.getMessage()));
                }
            }
        }
        if (!broken.isEmpty()) {
            return Evidence.rule(id(), Verdict.FAIL, broken.getFirst(), broken);
        }
        return unknown.isEmpty()
                ? Evidence.rule(
                        id(),
                        Verdict.PASS,
                        "all %d recorded values of the %s follow the run's own rules".formatted(steps, quantity()),
                        List.of())
                : notJudged(unknown.getFirst());
    }
}

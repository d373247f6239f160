package dev.parity.runner;

import dev.parity.spi.Canonical;
import dev.parity.statistics.Comparison;
import dev.parity.statistics.Evidence;
import dev.parity.statistics.Pair;
import dev.parity.statistics.ParityResult;
import dev.parity.statistics.Verdict;
import dev.parity.statistics.calibration.Calibration;
import dev.parity.statistics.calibration.Subject;
import dev.parity.statistics.calibration.Trial;
import dev.parity.trace.RunTrace;
import dev.parity.trace.TraceReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Compares runs of which the right answer is known, again and again, to see how well the gates do.
///
/// A trial has seeds of its own, the same for all subjects, so that they share its reference runs.
///
/// @param executor makes the runs
/// @param folder where the traces go
/// @param resume whether finished traces of the same runs are used again
public record Calibrator(RunExecutor executor, Path folder, boolean resume) {
    private static final String REFERENCE = Canonical.name(Scenario.SideName.REFERENCE);
    private static final String CANDIDATE = Canonical.name(Scenario.SideName.CANDIDATE);

    /// What is to be compared.
    ///
    /// @param subject what it is, and the right answer
    /// @param scenario with its overrides; its first seed does not count
    /// @param candidate the other side
    /// @param fault to plant in the candidate, `ID=STRENGTH`, if any
    public record Case(Subject subject, Scenario scenario, Scenario.Side candidate, Optional<String> fault) {}

    /// Makes the trials.
    ///
    /// @param cases what to compare
    /// @param trials of each
    /// @param firstSeed of the first trial; each trial takes as many as the study of its scenario
    /// @param heard each trial as it ends
    /// @return all of them
    /// @throws RunFailedException if a run fails
    public Calibration calibrate(List<Case> cases, int trials, long firstSeed, Consumer<Trial> heard) {
        List<Trial> all = new ArrayList<>();
        Set<Path> made = new HashSet<>();
        for (int number = 1; number <= trials; number++) {
            Map<Path, RunTrace> references = new HashMap<>();
            for (Case each : cases) {
                Trial trial = trial(each, number, firstSeed, made, references);
                all.add(trial);
                heard.accept(trial);
            }
        }
        return new Calibration(all);
    }

    private Trial trial(Case each, int number, long firstSeed, Set<Path> made, Map<Path, RunTrace> references) {
        long begun = System.nanoTime();
        Scenario scenario = each.scenario();
        long first = firstSeed + (number - 1L) * scenario.study().seeds();
        SequencedMap<String, Scenario.Side> sides = new LinkedHashMap<>();
        sides.put(REFERENCE, scenario.reference());
        sides.put(CANDIDATE, each.candidate());
        RunPlan plan = RunPlan.of(
                scenario.withFirstSeed(first),
                sides,
                label -> label.equals(CANDIDATE) ? each.fault() : Optional.empty(),
                each.subject().overrides(),
                folder);
        List<RunPlan.Run> missing =
                plan.runs().stream().filter(run -> made.add(run.trace())).toList();
        executor.execute(new RunPlan(missing), resume, RunExecutor.Progress.QUIET);
        List<Path> candidates = plan.traces(CANDIDATE);
        List<Pair> pairs = new ArrayList<>();
        for (int k = 0; k < candidates.size(); k++) {
            RunTrace reference =
                    references.computeIfAbsent(plan.traces(REFERENCE).get(k), TraceReader::read);
            pairs.add(new Pair(reference, TraceReader.read(candidates.get(k))));
        }
        ParityResult result = new Comparison(pairs, scenario.profile(), Map.of()).judge();
        SequencedMap<String, Verdict> gates = new LinkedHashMap<>();
        for (Evidence evidence : result.evidence()) {
            gates.put(evidence.gate(), evidence.verdict());
        }
        return new Trial(
                each.subject(),
                number,
                first,
                result.verdict(),
                gates,
                result.suspects().stream().map(found -> found.suspect().label()).findFirst(),
                result.headline(),
                (System.nanoTime() - begun) / (double) TimeUnit.SECONDS.toNanos(1));
    }
}

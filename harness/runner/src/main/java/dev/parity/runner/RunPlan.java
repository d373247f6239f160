package dev.parity.runner;

import dev.parity.engine.TrainingConfig;
import dev.parity.spi.Canonical;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.stream.LongStream;

/// What is to be run, in order. The same run may stand in it more than once: it is made once for each
/// trace.
///
/// @param runs each with its trace
public record RunPlan(List<Run> runs) {
    /// A run and where it goes.
    ///
    /// @param spec the run
    /// @param trace its file; plain, or compressed when the name ends in .gz or .zst
    public record Run(RunSpec spec, Path trace) {}

    /// Refuses two runs that would write one file. Two sides are two runs, however equal: one trace for
    /// both would be compared with itself.
    public RunPlan {
        runs = List.copyOf(runs);
        Map<Path, RunSpec> writers = new HashMap<>();
        for (Run run : runs) {
            RunSpec first = writers.putIfAbsent(run.trace, run.spec);
            if (first != null
                    && !(first.label().equals(run.spec.label()) && first.hash().equals(run.spec.hash()))) {
                throw new IllegalArgumentException("%s and %s would both write %s: expected a file for each run"
                        .formatted(first.name(), run.spec.name(), run.trace));
            }
        }
    }

    /// Plans a scenario: every seed on both sides, its reference before its candidate.
    ///
    /// @param scenario what to ask
    /// @param fault `ID` or `ID=STRENGTH` to plant in the candidate, if any
    /// @param overrides of the scenario, `key.path=value`, for the provenance
    /// @param folder where the traces go
    /// @return the plan
    public static RunPlan of(Scenario scenario, Optional<String> fault, List<String> overrides, Path folder) {
        SequencedMap<String, Scenario.Side> sides = new LinkedHashMap<>();
        for (Scenario.SideName side : Scenario.SideName.values()) {
            sides.put(Canonical.name(side), scenario.side(side));
        }
        return of(
                scenario,
                sides,
                label -> label.equals(Canonical.name(Scenario.SideName.CANDIDATE)) ? fault : Optional.empty(),
                overrides,
                folder);
    }

    /// Plans a study of any sides: every seed on each.
    ///
    /// @param scenario its training and its seeds
    /// @param sides by their labels
    /// @param fault to plant in the runs of a label, if any
    /// @param overrides of the scenario, `key.path=value`, for the provenance
    /// @param folder where the traces go
    /// @return the plan
    public static RunPlan of(
            Scenario scenario,
            SequencedMap<String, Scenario.Side> sides,
            Function<String, Optional<String>> fault,
            List<String> overrides,
            Path folder) {
        List<Run> runs = new ArrayList<>();
        for (int k = 0; k < scenario.study().seeds(); k++) {
            TrainingConfig config =
                    scenario.training().withSeed(scenario.training().train().seed() + k);
            sides.forEach((label, side) -> {
                RunSpec spec = new RunSpec(scenario.name(), label, config, side, fault.apply(label), overrides);
                runs.add(new Run(spec, folder.resolve(spec.traceName())));
            });
        }
        return new RunPlan(runs);
    }

    /// Plans a run of several seeds.
    ///
    /// @param spec the run; its own seed does not count
    /// @param from first seed
    /// @param to last seed
    /// @param target names the trace of each
    /// @return the plan
    public static RunPlan of(RunSpec spec, long from, long to, Function<RunSpec, Path> target) {
        return new RunPlan(LongStream.rangeClosed(from, to)
                .mapToObj(spec::withSeed)
                .map(each -> new Run(each, target.apply(each)))
                .toList());
    }

    /// Returns the traces of a side.
    ///
    /// @param side reference or candidate
    /// @return in order
    public List<Path> traces(Scenario.SideName side) {
        return traces(Canonical.name(side));
    }

    /// Returns the traces of a label.
    ///
    /// @param label of a side
    /// @return in order
    public List<Path> traces(String label) {
        return runs.stream()
                .filter(run -> run.spec.label().equals(label))
                .map(Run::trace)
                .toList();
    }
}

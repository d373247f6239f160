package dev.parity.runner;

import dev.parity.engine.DataSets;
import dev.parity.statistics.Pair;
import dev.parity.trace.TraceReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Runs a scenario: every seed on both sides.
///
/// @param scenario what to ask
/// @param overrides of the scenario, `key.path=value`, for the traces' provenance
/// @param fault `ID` or `ID=STRENGTH` to plant in the candidate, if any
public record Study(Scenario scenario, List<String> overrides, Optional<String> fault) {
    /// Checks that both sides can run here, with the fault if there is one.
    ///
    /// @throws IllegalArgumentException if there is no such backend or fault, or one does not take its
    ///     settings
    /// @throws dev.parity.spi.BackendException if a backend is not available
    public Study {
        overrides = List.copyOf(overrides);
        Recorder.check(scenario.training(), scenario.reference(), Optional.empty());
        Recorder.check(scenario.training(), scenario.candidate(), fault);
    }

    /// Hears how far a study is.
    public interface Progress {
        /// Receives the state.
        ///
        /// @param run which run, for people
        /// @param number from 1
        /// @param runs in all
        /// @param phase `training` or `evaluation`
        /// @param done steps done
        /// @param total steps in all
        void at(String run, int number, int runs, String phase, long done, long total);
    }

    /// Records what is not there yet.
    ///
    /// @param folder where the traces go; must exist
    /// @param resume whether finished runs are kept and killed ones go on
    /// @param progress hears how far the study is
    /// @return a pair for each seed
    public List<Pair> record(Path folder, boolean resume, Progress progress) {
        DataSets data = DataSets.of(scenario.training().data());
        int runs = 2 * scenario.study().seeds();
        List<Pair> pairs = new ArrayList<>();
        for (int k = 0; k < scenario.study().seeds(); k++) {
            long seed = scenario.training().train().seed() + k;
            for (Scenario.SideName side : Scenario.SideName.values()) {
                boolean candidate = side == Scenario.SideName.CANDIDATE;
                String name = "%s seed %d".formatted(side.name().toLowerCase(Locale.ROOT), seed);
                int number = 2 * k + (candidate ? 2 : 1);
                new Recorder(
                                scenario.training().withSeed(seed),
                                data,
                                scenario.side(side),
                                candidate ? fault : Optional.empty(),
                                overrides)
                        .record(
                                trace(folder, side, seed),
                                resume,
                                (phase, done, total) -> progress.at(name, number, runs, phase, done, total));
            }
            pairs.add(new Pair(
                    TraceReader.read(trace(folder, Scenario.SideName.REFERENCE, seed)),
                    TraceReader.read(trace(folder, Scenario.SideName.CANDIDATE, seed))));
        }
        return pairs;
    }

    private static Path trace(Path folder, Scenario.SideName side, long seed) {
        return folder.resolve("%s-seed%d.jsonl.gz".formatted(side.name().toLowerCase(Locale.ROOT), seed));
    }
}

package dev.parity.runner;

import dev.parity.engine.DataSets;
import dev.parity.statistics.Comparison;
import dev.parity.statistics.Pair;
import dev.parity.statistics.ParityResult;
import dev.parity.trace.TraceReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Runs a scenario: every seed on both sides, then the comparison.
public final class Study {
    private final Scenario scenario;
    private final Path folder;

    /// Prepares a study.
    ///
    /// @param scenario what to ask
    /// @param folder where the traces go; must exist
    public Study(Scenario scenario, Path folder) {
        this.scenario = scenario;
        this.folder = folder;
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

    /// Runs and judges.
    ///
    /// @param resume whether finished runs are kept and killed ones go on
    /// @param fault to plant in the candidate, if any
    /// @param waivers reason by comparability key
    /// @param progress hears how far the study is
    /// @return the answer
    public ParityResult run(boolean resume, Optional<String> fault, Map<String, String> waivers, Progress progress) {
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
                                candidate ? fault : Optional.empty())
                        .record(
                                trace(side, seed),
                                resume,
                                (phase, done, total) -> progress.at(name, number, runs, phase, done, total));
            }
            pairs.add(new Pair(
                    TraceReader.read(trace(Scenario.SideName.REFERENCE, seed)),
                    TraceReader.read(trace(Scenario.SideName.CANDIDATE, seed))));
        }
        return new Comparison(pairs, scenario.margins(), waivers).judge();
    }

    private Path trace(Scenario.SideName side, long seed) {
        return folder.resolve("%s-seed%d.jsonl.gz".formatted(side.name().toLowerCase(Locale.ROOT), seed));
    }
}

package dev.parity.runner;

import dev.parity.statistics.Baseline;
import dev.parity.statistics.Comparability;
import dev.parity.statistics.Comparison;
import dev.parity.statistics.ParityResult;
import dev.parity.statistics.Profile;
import dev.parity.trace.RunReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Says of recorded runs whether they are the same training, wherever and whenever they were recorded.
///
/// @param profile which gates judge, and how much may differ
/// @param waivers reason by comparability key
/// @param required ids of gates that must be judged
/// @param baseline what equal runs came to, if it shall judge too
public record Judge(Profile profile, Map<String, String> waivers, Set<String> required, Optional<Baseline> baseline) {
    /// Readers at a time: a long trace takes seconds, and while it is read, twice its memory.
    private static final int READERS = 2;

    /// Refuses what names no key or gate.
    public Judge {
        waivers = Map.copyOf(waivers);
        required = Set.copyOf(required);
        Comparability.checkWaivers(waivers.keySet());
        profile.check(required);
    }

    /// Pairs runs up and judges them: one against one, else by their seeds. Where no run knows its seed
    /// they are paired as they stand, and the notes of each reference say so.
    ///
    /// @param references traces or logs
    /// @param candidates traces or logs
    /// @return the answer
    /// @throws IllegalArgumentException if traces stand against logs, or the runs cannot be paired
    /// @throws dev.parity.trace.TraceFormatException if a file is neither trace nor log
    public ParityResult judge(List<Path> references, List<Path> candidates) {
        return judge(references, candidates, RunReader.USUAL);
    }

    /// Judges the runs of a scenario's plan, which have their traces.
    ///
    /// @param plan of both sides
    /// @return the answer
    public ParityResult judge(RunPlan plan) {
        return judge(plan.traces(Scenario.SideName.REFERENCE), plan.traces(Scenario.SideName.CANDIDATE));
    }

    /// Pairs runs up and judges them, as the other method does.
    ///
    /// @param references traces or logs
    /// @param candidates traces or logs
    /// @param reader of both
    /// @return the answer
    /// @throws IllegalArgumentException if traces stand against logs, or the runs cannot be paired
    /// @throws dev.parity.trace.TraceFormatException if a file is neither trace nor log
    public ParityResult judge(List<Path> references, List<Path> candidates, RunReader reader) {
        List<Path> files = new ArrayList<>(references);
        files.addAll(candidates);
        List<RunFile> runs = read(files, reader);
        Pairing pairing = new Pairing(runs.subList(0, references.size()), runs.subList(references.size(), runs.size()));
        ParityResult result = new Comparison(pairing.pairs(), profile, waivers, required).judge();
        return baseline.map(known -> known.judge(result)).orElse(result);
    }

    private static List<RunFile> read(List<Path> files, RunReader reader) {
        try (ExecutorService pool = Executors.newFixedThreadPool(READERS)) {
            List<CompletableFuture<RunFile>> runs = files.stream()
                    .map(file -> CompletableFuture.supplyAsync(() -> new RunFile(file, reader.read(file)), pool))
                    .toList();
            try {
                return runs.stream().map(CompletableFuture::join).toList();
            } catch (CompletionException problem) {
                pool.shutdownNow(); // what waits is not read
                throw problem.getCause() instanceof RuntimeException cause ? cause : problem;
            }
        }
    }
}

package dev.parity.statistics;

import java.util.List;
import java.util.ServiceLoader;

/// Ranks the suspects of a difference; found by [ServiceLoader].
public interface SuspectFinder {
    /// Ranks the parts of the training in which a difference may begin.
    ///
    /// @param pairs one for each seed
    /// @param evidence of each gate
    /// @return the first suspect first; empty where nothing points anywhere
    List<Suspicion> find(List<Alignment> pairs, List<Evidence> evidence);

    /// Asks all finders on the class path.
    ///
    /// @param pairs one for each seed
    /// @param evidence of each gate
    /// @return the first suspect first
    static List<Suspicion> findAll(List<Alignment> pairs, List<Evidence> evidence) {
        return ServiceLoader.load(SuspectFinder.class).stream()
                .flatMap(finder -> finder.get().find(pairs, evidence).stream())
                .toList();
    }
}

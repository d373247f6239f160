package dev.parity.junit;

import dev.parity.checks.Outcome;
import dev.parity.runner.Judge;
import dev.parity.statistics.Profile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Assertions on recorded runs and logs.
public final class ParityAssertions {
    private ParityAssertions() {}

    /// Begins an assertion that two sides are the same training. It asserts nothing before [ParityAssert#holds] or
    /// [ParityAssert#gates].
    ///
    /// @param reference trace, log, or folder of them
    /// @param candidate the same, of the side under test
    /// @return the assertion
    public static ParityAssert assertParity(Path reference, Path candidate) {
        return assertParity(List.of(reference), List.of(candidate));
    }

    /// Begins an assertion on several runs a side. Traces are paired by their seeds, logs in the order given.
    ///
    /// @param references traces, logs, or folders of them; at least one
    /// @param candidates the same, of the side under test
    /// @return the assertion
    public static ParityAssert assertParity(List<Path> references, List<Path> candidates) {
        return new ParityAssert(
                references,
                candidates,
                new Judge(Profile.STRICT, Map.of(), Set.of(), Optional.empty()),
                Outcome.ABORTED,
                Optional.empty(),
                Optional.empty());
    }
}

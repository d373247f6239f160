package dev.parity.runner;

import dev.parity.spi.Canonical;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Names the folder of a scenario's runs. A run with a fault or with overrides has one of its own, so
/// that it does not take the place of the plain one.
public final class FolderName {
    private static final int LONGEST = 120;
    private static final int HASH_DIGITS = 8;

    private FolderName() {}

    /// Returns the name, the same whenever the same is asked for.
    ///
    /// @param scenario name of the scenario
    /// @param fault `ID=STRENGTH`, if one is planted
    /// @param overrides `key.path=value`, in order
    /// @return such as `moe-cifar+study.seeds=3`, of letters, digits and `+-_.=,`, at most 129
    ///     characters; it ends in a hash of what it does not spell out
    public static String of(String scenario, Optional<String> fault, List<String> overrides) {
        List<String> changes = Stream.concat(fault.stream(), overrides.stream()).toList();
        String name = changes.stream()
                .map(change -> "+" + change.replaceAll("[^A-Za-z0-9_.=,-]", "_"))
                .collect(Collectors.joining("", scenario, ""));
        boolean exact = changes.stream().allMatch(change -> change.matches("[A-Za-z0-9_.=,-]*"));
        return exact && name.length() <= LONGEST
                ? name
                : name.substring(0, Math.min(LONGEST, name.length())) + "+"
                        + Canonical.hash(String.join("\n", changes)).substring(0, HASH_DIGITS);
    }
}

package dev.parity.runner;

import dev.parity.engine.TrainingConfig;
import dev.parity.spi.Backends;
import dev.parity.spi.NumericMode;
import dev.parity.statistics.Profile;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// A question to ask: which training, on which two backends, with how many seeds and how much leeway.
///
/// @param name by which commands ask for it
/// @param description one sentence
/// @param training all settings of each run; its seed is the first of the study
/// @param reference the side that is taken as right
/// @param candidate the side under test
/// @param study how many runs
/// @param profile which gates judge, and how much may differ
public record Scenario(
        String name,
        String description,
        TrainingConfig training,
        Side reference,
        Side candidate,
        Study study,
        Profile profile) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}");

    /// Refuses a name that is none for a folder.
    public Scenario {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "name must be 1 to 64 letters, digits, '-', '_' or '.', and not begin with '.', was '%s'"
                            .formatted(name));
        }
    }

    /// Returns the same scenario with other seeds.
    ///
    /// @param seed the first of the study
    /// @return the new scenario
    public Scenario withFirstSeed(long seed) {
        return new Scenario(name, description, training.withSeed(seed), reference, candidate, study, profile);
    }

    /// One side.
    ///
    /// @param backend id of its provider
    /// @param mode what differs from the backend's default [NumericMode], by name; fields of a unit are a map in it
    public record Side(String backend, SortedMap<String, Object> mode) {
        /// Copies the choices, of which there may be none.
        public Side {
            mode = Collections.unmodifiableSortedMap(new TreeMap<>(mode == null ? Map.of() : mode));
        }

        /// Makes a side in its backend's default mode.
        ///
        /// @param backend id of its provider
        public Side(String backend) {
            this(backend, new TreeMap<>());
        }

        /// Returns how the side computes.
        ///
        /// @return the backend's default mode with the choices laid over it
        /// @throws IllegalArgumentException if there is no such backend, or it has no such unit
        NumericMode numericMode() {
            return Scenarios.over(Backends.provider(backend).defaultMode(), mode, backend);
        }

        /// Returns the same side with other choices.
        ///
        /// @param choices of the mode, laid over its own
        Side with(Map<String, Object> choices) {
            SortedMap<String, Object> both = new TreeMap<>(mode);
            both.putAll(choices);
            return new Side(backend, both);
        }
    }

    /// How many runs.
    ///
    /// @param seeds paired seeds, from `train.seed` upwards
    public record Study(int seeds) {}

    /// Which side of a scenario.
    public enum SideName {
        /// The side that is taken as right.
        REFERENCE,
        /// The side under test.
        CANDIDATE
    }

    /// Returns one side.
    ///
    /// @param name which
    /// @return the side
    public Side side(SideName name) {
        return switch (name) {
            case REFERENCE -> reference;
            case CANDIDATE -> candidate;
        };
    }
}

package dev.parity.runner;

import dev.parity.engine.TrainingConfig;
import dev.parity.spi.Backends;
import dev.parity.spi.NumericMode;
import dev.parity.statistics.Profile;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

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
    /// @param mode what differs from the backend's default mode
    public record Side(String backend, @Nullable Mode mode) {
        /// Returns how the side computes.
        ///
        /// @return the backend's default mode with the choices laid over it
        /// @throws IllegalArgumentException if there is no such backend
        NumericMode numericMode() {
            NumericMode base = Backends.provider(backend).defaultMode();
            return mode == null ? base : mode.over(base);
        }

        /// Returns the same side with sums in blocks.
        ///
        /// @param block terms of a block
        Side inBlocksOf(int block) {
            Mode other = mode == null
                    ? new Mode(null, NumericMode.Summation.BLOCKED, block, null, null, null)
                    : new Mode(
                            mode.operandRounding,
                            NumericMode.Summation.BLOCKED,
                            block,
                            mode.allReduce,
                            mode.overflow,
                            mode.subnormals);
            return new Side(backend, other);
        }
    }

    /// Choices of a [NumericMode]; what is absent stays as the backend has it.
    ///
    /// @param operandRounding of a matrix unit
    /// @param summation order of sums
    /// @param block terms of a block of a sum
    /// @param allReduce order of ranks
    /// @param overflow beyond the largest value
    /// @param subnormals below the smallest normal value
    public record Mode(
            NumericMode.@Nullable OperandRounding operandRounding,
            NumericMode.@Nullable Summation summation,
            @Nullable Integer block,
            NumericMode.@Nullable AllReduceOrder allReduce,
            NumericMode.@Nullable Overflow overflow,
            NumericMode.@Nullable Subnormals subnormals) {
        NumericMode over(NumericMode base) {
            return new NumericMode(
                    operandRounding == null ? base.operandRounding() : operandRounding,
                    base.accumulation(),
                    summation == null ? base.summation() : summation,
                    block == null ? base.block() : block,
                    allReduce == null ? base.allReduce() : allReduce,
                    overflow == null ? base.overflow() : overflow,
                    subnormals == null ? base.subnormals() : subnormals,
                    base.deterministic());
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

package dev.parity.engine;

/// The learning rate of each applied step.
@FunctionalInterface
public interface Schedule {
    /// Returns a learning rate.
    ///
    /// @param applied optimizer steps applied before, skipped ones not counted
    /// @return the rate of the next step
    double rate(long applied);

    /// Returns a learning rate.
    ///
    /// @param applied optimizer steps applied before, skipped ones not counted
    /// @param skipped steps skipped before
    /// @return the rate of the next step
    default double rate(long applied, long skipped) {
        return rate(applied);
    }

    /// A schedule that DeepSpeed has.
    sealed interface DeepSpeed extends Schedule {}

    /// One rate for ever.
    ///
    /// @param lr the rate
    record Constant(double lr) implements DeepSpeed {
        @Override
        public double rate(long applied) {
            return lr;
        }
    }

    /// DeepSpeed's WarmupLR of log type: it sets the rate after each applied step, so the first step has
    /// the optimizer's own rate and the second one `min`.
    ///
    /// @param first the optimizer's own rate
    /// @param min rate at the beginning of the warm-up
    /// @param max rate after it
    /// @param steps length of the warm-up, at least 2
    record Warmup(double first, double min, double max, int steps) implements DeepSpeed {
        /// Checks the length.
        public Warmup {
            if (steps < 2) {
                throw new IllegalArgumentException("warmupSteps must be at least 2, was " + steps);
            }
        }

        @Override
        public double rate(long applied) {
            if (applied == 0) {
                return first;
            }
            long i = applied - 1;
            double gamma = i < steps ? StrictMath.log(i + 1.0) / StrictMath.log(steps) : 1;
            return min + (max - min) * gamma;
        }
    }
}

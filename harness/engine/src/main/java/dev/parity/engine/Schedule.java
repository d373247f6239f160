package dev.parity.engine;

/// The learning rate of each applied step.
public sealed interface Schedule {
    /// Returns a learning rate.
    ///
    /// @param applied optimizer steps applied before, skipped ones not counted
    /// @return the rate of the next step
    double rate(long applied);

    /// One rate for ever.
    ///
    /// @param lr the rate
    record Constant(double lr) implements Schedule {
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
    record Warmup(double first, double min, double max, int steps) implements Schedule {
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

    /// Makes the schedule of a configuration.
    ///
    /// @param config all settings
    /// @return the schedule
    static Schedule of(TrainingConfig config) {
        TrainingConfig.Schedule schedule = config.schedule();
        double lr = config.optimizer().lr();
        return switch (schedule.type()) {
            case WARMUP_LR -> new Warmup(lr, schedule.warmupMinLr(), schedule.warmupMaxLr(), schedule.warmupSteps());
            case CONSTANT -> new Constant(lr);
        };
    }
}

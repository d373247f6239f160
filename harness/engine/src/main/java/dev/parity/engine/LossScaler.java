package dev.parity.engine;

import dev.parity.trace.ScaleEvent;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// How the loss scale answers to overflow. Each value is a state; [#update] gives the next one.
public interface LossScaler {
    /// Returns the scale of the next loss.
    ///
    /// @return at least the smallest scale
    double scale();

    /// Tells whether non-finite gradients make the optimizer skip a step.
    ///
    /// @return false without scaling
    boolean skipsOverflow();

    /// Answers to a step.
    ///
    /// @param overflow whether any gradient of any rank was not finite
    /// @return the state after the step, and what happened
    /// @throws IllegalStateException if the scale would have to fall below its minimum
    Update update(boolean overflow);

    /// The answer to a step.
    ///
    /// @param scaler the state after it
    /// @param event what happened to the scale; absent if nothing did, as always with a static one
    record Update(LossScaler scaler, Optional<ScaleEvent.Kind> event) {
        private static Update quiet(LossScaler scaler) {
            return new Update(scaler, Optional.empty());
        }

        private static Update with(ScaleEvent.Kind event, LossScaler scaler) {
            return new Update(scaler, Optional.of(event));
        }
    }

    /// Returns what [#restore] needs.
    ///
    /// @return numbers by name
    Map<String, Double> state();

    /// Returns the same scaler in a saved state.
    ///
    /// @param state from [#state()]
    /// @return the scaler
    /// @throws DataException if a number is missing, named by its key
    LossScaler restore(Map<String, Double> state);

    private static double saved(Map<String, Double> state, String key) {
        Double value = state.get(key);
        if (value == null) {
            throw new DataException("the checkpoint lacks the loss scaler's %s, it has %s"
                    .formatted(key, new TreeMap<>(state).keySet()));
        }
        return value;
    }

    /// A scaler that DeepSpeed has.
    sealed interface DeepSpeed extends LossScaler {}

    /// Settings of the dynamic scalers.
    ///
    /// @param window steps without overflow before the scale doubles
    /// @param hysteresis overflows before the scale halves, at least 1
    /// @param min smallest scale
    record Settings(int window, int hysteresis, double min) {}

    /// No scaling, as in bf16 and fp32 runs: the scale is 1 and nothing is skipped.
    record None() implements DeepSpeed {
        @Override
        public double scale() {
            return 1;
        }

        @Override
        public boolean skipsOverflow() {
            return false;
        }

        @Override
        public Update update(boolean overflow) {
            return Update.quiet(this);
        }

        @Override
        public Map<String, Double> state() {
            return Map.of();
        }

        @Override
        public LossScaler restore(Map<String, Double> state) {
            return this;
        }
    }

    /// One scale for ever; overflow skips the step.
    ///
    /// @param scale above 0
    record Static(double scale) implements DeepSpeed {
        @Override
        public boolean skipsOverflow() {
            return true;
        }

        @Override
        public Update update(boolean overflow) {
            return Update.quiet(this);
        }

        @Override
        public Map<String, Double> state() {
            return Map.of();
        }

        @Override
        public LossScaler restore(Map<String, Double> state) {
            return this;
        }
    }

    /// The scaler of ZeRO, with hysteresis (DeepSpeed 0.12, runtime/fp16/loss_scaler.py).
    ///
    /// @param settings window, hysteresis and minimum
    /// @param scale of the next loss
    /// @param iteration of the next update, from 0
    /// @param lastOverflow iteration of the last overflow, -1 before the first
    /// @param hysteresisLeft overflows until the scale halves, at least 1
    record Zero(Settings settings, double scale, long iteration, long lastOverflow, int hysteresisLeft)
            implements DeepSpeed {
        /// Starts the scaler.
        ///
        /// @param settings window, hysteresis and minimum
        /// @param scale of the first loss
        public Zero(Settings settings, double scale) {
            this(settings, scale, 0, -1, settings.hysteresis());
        }

        @Override
        public boolean skipsOverflow() {
            return true;
        }

        @Override
        public Update update(boolean overflow) {
            if (overflow) {
                if (hysteresisLeft > 1) {
                    return Update.with(
                            ScaleEvent.Kind.HYSTERESIS,
                            new Zero(settings, scale, iteration + 1, iteration, hysteresisLeft - 1));
                }
                if (scale <= settings.min()) {
                    throw new IllegalStateException(
                            "the loss scale is already at its minimum of %s and the gradients overflow still"
                                    .formatted(settings.min()));
                }
                double halved = Math.max(scale / 2, settings.min());
                return Update.with(ScaleEvent.Kind.REDUCED, new Zero(settings, halved, iteration + 1, iteration, 1));
            }
            if ((iteration - lastOverflow) % settings.window() == 0) {
                return Update.with(
                        ScaleEvent.Kind.GREW,
                        new Zero(settings, scale * 2, iteration + 1, lastOverflow, settings.hysteresis()));
            }
            return Update.quiet(new Zero(settings, scale, iteration + 1, lastOverflow, hysteresisLeft));
        }

        @Override
        public Map<String, Double> state() {
            return Map.of(
                    "scale", scale,
                    "iteration", (double) iteration,
                    "lastOverflow", (double) lastOverflow,
                    "hysteresisLeft", (double) hysteresisLeft);
        }

        @Override
        public Zero restore(Map<String, Double> state) {
            return new Zero(
                    settings,
                    saved(state, "scale"),
                    (long) saved(state, "iteration"),
                    (long) saved(state, "lastOverflow"),
                    (int) saved(state, "hysteresisLeft"));
        }
    }

    /// The scaler of stage 0, without hysteresis (DeepSpeed 0.12, runtime/fp16/unfused_optimizer.py and
    /// fused_optimizer.py).
    ///
    /// @param settings window and minimum
    /// @param scale of the next loss
    /// @param iteration of the next update, from 0
    /// @param lastOverflow iteration of the last overflow, -1 before the first
    record Unfused(Settings settings, double scale, long iteration, long lastOverflow) implements DeepSpeed {
        /// Starts the scaler.
        ///
        /// @param settings window and minimum
        /// @param scale of the first loss
        public Unfused(Settings settings, double scale) {
            this(settings, scale, 0, -1);
        }

        @Override
        public boolean skipsOverflow() {
            return true;
        }

        @Override
        public Update update(boolean overflow) {
            if (overflow) {
                double halved = Math.max(scale / 2, settings.min());
                return Update.with(ScaleEvent.Kind.REDUCED, new Unfused(settings, halved, iteration + 1, iteration));
            }
            long stable = iteration - lastOverflow - 1;
            if (stable > 0 && stable % settings.window() == 0) {
                return Update.with(ScaleEvent.Kind.GREW, new Unfused(settings, scale * 2, iteration + 1, lastOverflow));
            }
            return Update.quiet(new Unfused(settings, scale, iteration + 1, lastOverflow));
        }

        @Override
        public Map<String, Double> state() {
            return Map.of("scale", scale, "iteration", (double) iteration, "lastOverflow", (double) lastOverflow);
        }

        @Override
        public Unfused restore(Map<String, Double> state) {
            return new Unfused(settings, saved(state, "scale"), (long) saved(state, "iteration"), (long)
                    saved(state, "lastOverflow"));
        }
    }
}

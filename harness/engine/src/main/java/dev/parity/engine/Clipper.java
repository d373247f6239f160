package dev.parity.engine;

/// What the optimizer multiplies gradients with: it takes the loss scale off them, and shortens those that
/// are too long.
@FunctionalInterface
public interface Clipper {
    /// Computes the factor.
    ///
    /// @param norm global norm of the scaled gradients; infinite or NaN after an overflow
    /// @param scale loss scale after the step: on a growth step twice the one that the gradients carry
    /// @return factor on the scaled gradients, not used in a step that is skipped
    double factor(double norm, double scale);

    /// DeepSpeed's rule (DeepSpeed 0.12, unscale_and_clip_grads): 1/(scale · max(c, 1)) with
    /// c = (norm/scale + 1e-6)/limit.
    ///
    /// @param limit largest global norm of the gradients without scale, above 0
    record DeepSpeed(double limit) implements Clipper {
        @Override
        public double factor(double norm, double scale) {
            double clip = (norm / scale + 1e-6) / limit;
            return 1 / (scale * Math.max(clip, 1));
        }
    }
}

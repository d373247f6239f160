package dev.parity.trace;

import java.util.OptionalDouble;

/// The names of what runs report over their steps.
///
/// A recorded run has a value at every step; a log has those that it prints. What a log prints of the same
/// quantity goes by the same name, so that the same gates judge both.
public final class Series {
    /// Mean loss over the ranks, unscaled.
    public static final String LOSS = "loss";
    /// Learning rate of the step's update.
    public static final String LEARNING_RATE = "lr";
    /// Loss scale that the step's gradients carried.
    public static final String LOSS_SCALE = "loss-scale";
    /// Number of steps among those that the point covers in which the optimizer did not step: 0 or 1 of a
    /// recorded step.
    public static final String SKIPPED = "skipped";
    /// Number of steps up to here in which the optimizer did not step.
    public static final String SKIPPED_SO_FAR = "skipped-so-far";

    /// Exponential of the loss, where a log prints it instead.
    public static final String PERPLEXITY = "perplexity";
    /// Mean loss on data that is not trained on.
    public static final String VALIDATION_LOSS = "validation-loss";
    /// Exponential of the loss on data that is not trained on.
    public static final String VALIDATION_PERPLEXITY = "validation-perplexity";
    /// Mean loss on the data of the test.
    public static final String TEST_LOSS = "test-loss";
    /// Number of steps among those that the point covers whose loss was NaN.
    public static final String NAN_STEPS = "nan-steps";
    /// L2 norm of the parameters.
    public static final String PARAMETER_NORM = "params-norm";
    /// Number of elements of the gradient that are zero.
    public static final String ZEROS = "num-zeros";

    private static final String GRADIENT_NORM = "grad-norm/";
    private static final String PART = "loss/";

    private Series() {}

    /// Names the series of a loss that is printed beside the main one, or is a part of it.
    ///
    /// @param name as the log has it, without the word `loss`
    /// @return name of the series
    public static String partOfLoss(String name) {
        return PART + name;
    }

    /// Names the series of a gradient norm: L2, reduced, without the loss scale.
    ///
    /// @param parameter its name, or [StepRecord#GLOBAL]
    /// @return name of the series
    public static String gradientNorm(String parameter) {
        return GRADIENT_NORM + parameter;
    }

    /// Tells whether a series is of a gradient norm.
    ///
    /// @param name of a series
    /// @return whether [#gradientNorm] gave it
    public static boolean isGradientNorm(String name) {
        return name.startsWith(GRADIENT_NORM);
    }

    /// Returns whose gradient norm a series is.
    ///
    /// @param name that [#gradientNorm] gave
    /// @return the parameter, or [StepRecord#GLOBAL]
    public static String parameter(String name) {
        return name.substring(GRADIENT_NORM.length());
    }

    /// Names the series of when runs of a benchmark converged; its steps are the runs.
    ///
    /// @param benchmark its name
    /// @return name of the series
    public static String convergence(String benchmark) {
        return "convergence/" + benchmark;
    }

    /// Returns a recorded step's value.
    static OptionalDouble of(StepRecord step, String name) {
        if (isGradientNorm(name)) {
            Double norm = step.gradNorm().get(parameter(name));
            return norm == null ? OptionalDouble.empty() : OptionalDouble.of(norm);
        }
        return switch (name) {
            case LOSS -> OptionalDouble.of(step.meanLoss());
            case LEARNING_RATE -> OptionalDouble.of(step.lr());
            case LOSS_SCALE -> OptionalDouble.of(step.scale());
            case SKIPPED -> OptionalDouble.of(step.skipped() ? 1 : 0);
            default -> OptionalDouble.empty();
        };
    }
}

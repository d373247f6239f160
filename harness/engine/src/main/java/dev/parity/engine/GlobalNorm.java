package dev.parity.engine;

import java.util.List;

/// The norm by which DeepSpeed's wrappers clip: of the scaled, reduced gradients, from each parameter's
/// norm on each rank.
enum GlobalNorm {
    /// Each parameter of the model once: dense ones of rank 0, experts of each place of an expert-parallel
    /// group.
    ZERO,
    /// The parameters that are no experts.
    UNFUSED,
    /// The mean over ranks of the norm of all that a rank holds.
    FUSED;

    static GlobalNorm of(TrainingConfig.Wrapper wrapper) {
        return switch (wrapper) {
            case ZERO -> ZERO;
            case UNFUSED -> UNFUSED;
            case FUSED -> FUSED;
        };
    }

    /// Computes the norm.
    ///
    /// @param parameters in the order of the norms
    /// @param norms of each parameter, by rank
    /// @param epSize places of an expert-parallel group
    double of(List<Parameter> parameters, List<double[]> norms, int epSize) {
        return switch (this) {
            case ZERO -> {
                double sum = 0;
                for (int i = 0; i < parameters.size(); i++) {
                    double norm = ofParameter(parameters.get(i), i, norms, epSize);
                    sum += norm * norm;
                }
                yield Math.sqrt(sum);
            }
            case UNFUSED -> {
                double sum = 0;
                for (int i = 0; i < parameters.size(); i++) {
                    double norm = norms.getFirst()[i];
                    sum += parameters.get(i).kind() == Parameter.Kind.EXPERT ? 0 : norm * norm;
                }
                yield Math.sqrt(sum);
            }
            case FUSED -> {
                double mean = 0;
                for (double[] rank : norms) {
                    double sum = 0;
                    for (double norm : rank) {
                        sum += norm * norm;
                    }
                    mean += Math.sqrt(sum) / norms.size();
                }
                yield mean;
            }
        };
    }

    /// Returns the norm of one parameter of the model, over all ranks that hold a part of it.
    static double ofParameter(Parameter parameter, int index, List<double[]> norms, int epSize) {
        if (parameter.kind() != Parameter.Kind.EXPERT) {
            return norms.getFirst()[index];
        }
        double sum = 0;
        for (double[] rank : norms.subList(0, epSize)) {
            sum += rank[index] * rank[index];
        }
        return Math.sqrt(sum);
    }
}

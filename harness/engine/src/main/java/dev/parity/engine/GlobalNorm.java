package dev.parity.engine;

import java.util.List;

/// The norm by which gradients are clipped: of the scaled, reduced gradients, from each parameter's norm
/// on each rank.
@FunctionalInterface
public interface GlobalNorm {
    /// Computes the norm.
    ///
    /// @param parameters in the order of the norms
    /// @param norms of each parameter, by rank; infinite or NaN after an overflow
    /// @param epSize places of an expert-parallel group
    /// @return at least 0, or NaN
    double of(List<Parameter> parameters, List<double[]> norms, int epSize);

    /// Returns the norm of one parameter of the model, over all ranks that hold a part of it.
    ///
    /// @param parameter which one
    /// @param index its place among the norms
    /// @param norms of each parameter, by rank
    /// @param epSize places of an expert-parallel group
    /// @return at least 0, or NaN
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

    /// The norms of DeepSpeed's wrappers.
    enum DeepSpeed implements GlobalNorm {
        /// Each parameter of the model once: dense ones of rank 0, experts of each place of an
        /// expert-parallel group.
        ZERO {
            @Override
            public double of(List<Parameter> parameters, List<double[]> norms, int epSize) {
                double sum = 0;
                for (int i = 0; i < parameters.size(); i++) {
                    double norm = ofParameter(parameters.get(i), i, norms, epSize);
                    sum += norm * norm;
                }
                return Math.sqrt(sum);
            }
        },
        /// The parameters that are no experts.
        UNFUSED {
            @Override
            public double of(List<Parameter> parameters, List<double[]> norms, int epSize) {
                double sum = 0;
                for (int i = 0; i < parameters.size(); i++) {
                    double norm = norms.getFirst()[i];
                    sum += parameters.get(i).kind() == Parameter.Kind.EXPERT ? 0 : norm * norm;
                }
                return Math.sqrt(sum);
            }
        },
        /// The mean over ranks of the norm of all that a rank holds.
        FUSED {
            @Override
            public double of(List<Parameter> parameters, List<double[]> norms, int epSize) {
                double mean = 0;
                for (double[] rank : norms) {
                    double sum = 0;
                    for (double norm : rank) {
                        sum += norm * norm;
                    }
                    mean += Math.sqrt(sum) / norms.size();
                }
                return mean;
            }
        }
    }
}

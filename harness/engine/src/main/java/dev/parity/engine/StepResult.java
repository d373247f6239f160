package dev.parity.engine;

import dev.parity.spi.Bindings;
import dev.parity.spi.Tensor;
import dev.parity.trace.StepRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What one rank found in a step, in buffers that stay.
final class StepResult {
    private final Model.Step step;
    private final Bindings bound;
    final double[] loss = new double[1];
    final double[] overflow = new double[1];
    final double[] norms;
    /// Of each MoE layer: expert, slot, counts, scores.
    private final List<List<double[]>> routing;

    /// Prepares the buffers.
    ///
    /// @param step the training step
    /// @param bound its tensors on this rank
    StepResult(Model.Step step, Bindings bound) {
        this.step = step;
        this.bound = bound;
        norms = new double[step.gradients().size()];
        routing = step.routing().stream()
                .map(layer -> layer.stream()
                        .map(name -> new double[output(name).type().shape().size()])
                        .toList())
                .toList();
    }

    Bindings bound() {
        return bound;
    }

    private Tensor output(String name) {
        return Model.known(bound.outputs(), name);
    }

    /// Reads what the program left.
    void read() {
        output(step.results().get(0)).read(loss);
        output(step.results().get(1)).read(overflow);
        output(step.results().get(2)).read(norms);
        for (int layer = 0; layer < routing.size(); layer++) {
            for (int i = 0; i < routing.get(layer).size(); i++) {
                output(step.routing().get(layer).get(i)).read(routing.get(layer).get(i));
            }
        }
    }

    /// Counts, for each MoE layer, the tokens of all ranks that chose each expert.
    static List<List<Integer>> expertCounts(List<StepResult> ranks) {
        List<List<Integer>> layers = new ArrayList<>();
        for (int layer = 0; layer < ranks.getFirst().routing.size(); layer++) {
            List<Integer> counts = new ArrayList<>();
            for (int e = 0; e < ranks.getFirst().routing.get(layer).get(2).length; e++) {
                int sum = 0;
                for (StepResult rank : ranks) {
                    sum += (int) rank.routing.get(layer).get(2)[e];
                }
                counts.add(sum);
            }
            layers.add(counts);
        }
        return layers;
    }

    /// Counts, for each MoE layer, the choices of all ranks that found no slot.
    static List<Integer> dropped(List<StepResult> ranks) {
        List<Integer> layers = new ArrayList<>();
        for (int layer = 0; layer < ranks.getFirst().routing.size(); layer++) {
            int sum = 0;
            for (StepResult rank : ranks) {
                for (double slot : rank.routing.get(layer).get(1)) {
                    sum += slot < 0 ? 1 : 0;
                }
            }
            layers.add(sum);
        }
        return layers;
    }

    /// Tells, for each MoE layer and rank, where each token went and how close the gate's choice was.
    static List<StepRecord.Routing> routing(List<StepResult> ranks, int tokens) {
        List<StepRecord.Routing> all = new ArrayList<>();
        for (int layer = 0; layer < ranks.getFirst().routing.size(); layer++) {
            for (int rank = 0; rank < ranks.size(); rank++) {
                List<double[]> found = ranks.get(rank).routing.get(layer);
                all.add(new StepRecord.Routing(
                        layer, rank, integers(found.get(0)), integers(found.get(1)), margins(found.get(3), tokens)));
            }
        }
        return all;
    }

    private static List<Integer> integers(double[] values) {
        return Arrays.stream(values).mapToObj(value -> (int) value).toList();
    }

    private static List<Double> margins(double[] scores, int tokens) {
        int experts = scores.length / tokens;
        List<Double> margins = new ArrayList<>();
        for (int token = 0; token < tokens; token++) {
            double[] row = Arrays.copyOfRange(scores, token * experts, (token + 1) * experts);
            Arrays.sort(row);
            margins.add(experts == 1 ? 0 : row[experts - 1] - row[experts - 2]);
        }
        return margins;
    }
}

package dev.parity.engine;

import dev.parity.spi.Bindings;
import dev.parity.spi.Value;
import dev.parity.trace.StepRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What one rank found in a step, in buffers that stay.
final class StepResult {
    private final Model.TrainingStep step;
    private final Bindings bound;
    final double[] loss = new double[1];
    final double[] overflow = new double[1];
    final double[] norms;
    private final List<Routing> routing;

    /// What [Model.Routing] names, of one MoE layer.
    @SuppressWarnings("ArrayRecordComponent") // buffers
    private record Routing(double[] expert, double[] slot, double[] counts, double[] scores) {
        static Routing of(Model.Routing layer) {
            return new Routing(
                    buffer(layer.expert()), buffer(layer.slot()), buffer(layer.counts()), buffer(layer.scores()));
        }

        private static double[] buffer(Value value) {
            return new double[value.shape().size()];
        }
    }

    /// Prepares the buffers.
    ///
    /// @param step the training step
    /// @param bound its tensors on this rank
    StepResult(Model.TrainingStep step, Bindings bound) {
        this.step = step;
        this.bound = bound;
        norms = new double[step.gradients().size()];
        routing = step.routing().stream().map(Routing::of).toList();
    }

    Bindings bound() {
        return bound;
    }

    private void read(Value output, double[] buffer) {
        Model.known(bound.outputs(), output.name()).read(buffer);
    }

    /// Reads what the program left.
    void read() {
        read(step.loss(), loss);
        read(step.overflow(), overflow);
        read(step.norms(), norms);
        for (int layer = 0; layer < routing.size(); layer++) {
            Model.Routing from = step.routing().get(layer);
            Routing to = routing.get(layer);
            read(from.expert(), to.expert);
            read(from.slot(), to.slot);
            read(from.counts(), to.counts);
            read(from.scores(), to.scores);
        }
    }

    /// Counts, for each MoE layer, the tokens of all ranks that chose each expert.
    static List<List<Integer>> expertCounts(List<StepResult> ranks) {
        List<List<Integer>> layers = new ArrayList<>();
        for (int layer = 0; layer < ranks.getFirst().routing.size(); layer++) {
            List<Integer> counts = new ArrayList<>();
            for (int e = 0; e < ranks.getFirst().routing.get(layer).counts.length; e++) {
                int sum = 0;
                for (StepResult rank : ranks) {
                    sum += (int) rank.routing.get(layer).counts[e];
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
                for (double slot : rank.routing.get(layer).slot) {
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
                Routing found = ranks.get(rank).routing.get(layer);
                all.add(new StepRecord.Routing(
                        layer, rank, integers(found.expert), integers(found.slot), margins(found.scores, tokens)));
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

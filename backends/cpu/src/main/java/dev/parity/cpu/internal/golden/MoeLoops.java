package dev.parity.cpu.internal.golden;

import dev.parity.spi.Node;
import dev.parity.spi.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Gates, experts and what weighs them.
final class MoeLoops extends GoldenNode {
    MoeLoops(Node node, List<DoubleTensor> in, List<DoubleTensor> out) {
        super(node, in, out);
    }

    /// Routes tokens, expert by expert, as [Op.TopKGate] says.
    void topKGate(Op.TopKGate gate) {
        int k = gate.k();
        int[][] chosen = new int[extent(0, 0)][k];
        for (int token = 0; token < chosen.length; token++) {
            chosen[token][0] = largest(k == 1 ? x(1) : x(0), token, -1);
            if (k == 2) {
                chosen[token][1] = largest(x(1), token, chosen[token][0]);
            }
        }
        double[] slot = out.get(1).values;
        Arrays.setAll(y(), i -> chosen[i / k][i % k]);
        Arrays.fill(slot, -1);
        for (int e = 0; e < extent(0, 1); e++) {
            List<Integer> first = whoChose(chosen, 0, e);
            out.get(2).values[e] = first.size();
            List<Integer> placed = new ArrayList<>(k == 1 ? kept(first, e, gate.capacity()) : first);
            if (k == 2) {
                placed.addAll(whoChose(chosen, 1, e));
            }
            for (int place = 0; place < Math.min(placed.size(), gate.capacity()); place++) {
                int choice = place < first.size() ? 0 : 1;
                slot[placed.get(place) * k + choice] = place;
            }
        }
    }

    /// Finds a token's largest value among the experts; the first one wins a tie, NaN is larger than all.
    private int largest(double[] values, int token, int excluded) {
        int experts = extent(0, 1);
        return IntStream.range(0, experts)
                .filter(e -> e != excluded)
                .reduce((best, e) ->
                        Double.compare(positive(values[token * experts + e]), positive(values[token * experts + best]))
                                        > 0
                                ? e
                                : best)
                .orElseThrow();
    }

    /// Makes the zeros one, which [Double#compare] tells apart.
    private static double positive(double value) {
        return value + 0.0;
    }

    /// Lists the tokens in use whose choice is an expert, in order.
    private List<Integer> whoChose(int[][] chosen, int choice, int expert) {
        return IntStream.range(0, chosen.length)
                .filter(token -> in.size() < 4 || x(3)[token] != 0)
                .filter(token -> chosen[token][choice] == expert)
                .boxed()
                .toList();
    }

    /// Keeps the tokens of largest priority, in their order.
    private List<Integer> kept(List<Integer> tokens, int expert, int capacity) {
        Comparator<Integer> byPriority =
                Comparator.comparingDouble(token -> positive(x(2)[token * extent(0, 1) + expert]));
        return tokens.stream()
                .sorted(byPriority.reversed())
                .limit(capacity)
                .sorted()
                .toList();
    }

    void gateWeights() {
        int experts = extent(0, 1);
        int k = extent(1, 1);
        Arrays.setAll(y(), i -> x(2)[i] < 0 ? 0 : x(0)[i / k * experts + (int) x(1)[i]]);
        if (k == 2) {
            for (int i = 0; i < y().length; i += 2) {
                double sum = Math.max(y()[i] + y()[i + 1], 0x1p-23);
                y()[i] /= sum;
                y()[i + 1] /= sum;
            }
        }
    }

    void gateWeightsGrad() {
        int experts = extent(1, 1);
        int k = extent(2, 1);
        Arrays.fill(y(), 0);
        for (int token = 0; token < extent(1, 0); token++) {
            double sum = 0;
            double dot = 0;
            for (int i = token * k; i < (token + 1) * k; i++) {
                if (x(3)[i] >= 0) {
                    double gate = x(1)[token * experts + (int) x(2)[i]];
                    sum += gate;
                    dot += x(0)[i] * gate;
                }
            }
            for (int i = token * k; i < (token + 1) * k; i++) {
                if (x(3)[i] >= 0) {
                    // w = g/s with s = Σ g: dg = dw/s - Σ dw·g/s²; below the bound s is a constant
                    double gradient =
                            k == 1 ? x(0)[i] : sum > 0x1p-23 ? (x(0)[i] - dot / sum) / sum : x(0)[i] / 0x1p-23;
                    y()[token * experts + (int) x(2)[i]] += gradient;
                }
            }
        }
    }

    /// A choice that was not dropped: token and slot as row indices.
    private interface Choice {
        void at(int choice, int token, int row);
    }

    private static void choices(double[] expert, double[] slot, int k, int capacity, Choice body) {
        for (int i = 0; i < expert.length; i++) {
            if (slot[i] >= 0) {
                body.at(i, i / k, ((int) expert[i]) * capacity + (int) slot[i]);
            }
        }
    }

    void dispatch(int capacity) {
        int m = extent(0, 1);
        Arrays.fill(y(), 0);
        choices(
                x(1),
                x(2),
                extent(1, 1),
                capacity,
                (_, token, row) -> System.arraycopy(x(0), token * m, y(), row * m, m));
    }

    void dispatchGrad() {
        int m = extent(0, 2);
        Arrays.fill(y(), 0);
        choices(x(1), x(2), extent(1, 1), extent(0, 1), (_, token, row) -> {
            for (int j = 0; j < m; j++) {
                y()[token * m + j] += x(0)[row * m + j];
            }
        });
    }

    void combine() {
        int m = extent(0, 2);
        Arrays.fill(y(), 0);
        choices(x(2), x(3), extent(2, 1), extent(0, 1), (i, token, row) -> {
            for (int j = 0; j < m; j++) {
                y()[token * m + j] += x(1)[i] * x(0)[row * m + j];
            }
        });
    }

    void combineInputGrad(int capacity) {
        int m = extent(0, 1);
        Arrays.fill(y(), 0);
        choices(x(2), x(3), extent(2, 1), capacity, (i, token, row) -> {
            for (int j = 0; j < m; j++) {
                y()[row * m + j] = x(1)[i] * x(0)[token * m + j];
            }
        });
    }

    void combineWeightGrad() {
        int m = extent(0, 1);
        Arrays.fill(y(), 0);
        Arrays.fill(y(), 0);
        choices(x(2), x(3), extent(2, 1), extent(1, 1), (i, token, row) -> {
            for (int j = 0; j < m; j++) {
                y()[i] += x(0)[token * m + j] * x(1)[row * m + j];
            }
        });
    }

    /// Returns the share of tokens whose first choice is an expert.
    private static double share(double[] expert, int k, int tokens, int e) {
        int count = 0;
        for (int token = 0; token < tokens; token++) {
            count += expert[token * k] == e ? 1 : 0;
        }
        return (double) count / tokens;
    }

    void loadBalanceLoss() {
        int tokens = extent(0, 0);
        int experts = extent(0, 1);
        double sum = 0;
        for (int e = 0; e < experts; e++) {
            double mean = 0;
            for (int token = 0; token < tokens; token++) {
                mean += x(0)[token * experts + e] / tokens;
            }
            sum += mean * share(x(1), extent(1, 1), tokens, e);
        }
        y()[0] = experts * sum;
    }

    void loadBalanceLossGrad() {
        int tokens = extent(1, 0);
        int experts = extent(1, 1);
        for (int e = 0; e < experts; e++) {
            double gradient = x(0)[0] * experts * share(x(2), extent(2, 1), tokens, e) / tokens;
            for (int token = 0; token < tokens; token++) {
                y()[token * experts + e] = gradient;
            }
        }
    }

    void scaleRows(int column) {
        int m = extent(0, 1);
        int columns = extent(1, 1);
        Arrays.setAll(y(), i -> x(0)[i] * x(1)[i / m * columns + column]);
    }

    void scaleRowsCoefficientGrad(int column) {
        int m = extent(0, 1);
        int columns = node.output().shape().extent(1);
        Arrays.fill(y(), 0);
        for (int i = 0; i < x(0).length; i++) {
            y()[i / m * columns + column] += x(0)[i] * x(1)[i];
        }
    }
}

package dev.parity.cpu.internal.fast;

import dev.parity.spi.Node;
import dev.parity.spi.Op;
import java.util.Arrays;
import java.util.List;

/// Gates, experts and what weighs them.
final class MoeLoops extends FloatNode {
    private final Reductions reductions;

    MoeLoops(Node node, List<FloatTensor> in, List<FloatTensor> out, Reductions reductions) {
        super(node, in, out);
        this.reductions = reductions;
    }

    Runnable topKGate(Op.TopKGate gate) {
        Router router = new Router(gate, extent(0, 0), extent(0, 1));
        Router.Elements used = in.size() == 4 ? i -> x(3)[i] : _ -> 1;
        return () -> {
            int[] expert = out.get(0).ints;
            router.route(i -> x(0)[i], i -> x(1)[i], i -> x(2)[i], used, expert, out.get(1).ints, out.get(2).ints);
        };
    }

    void gateWeights() {
        float[] gates = x(0);
        float[] y = y();
        int experts = extent(0, 1);
        int k = extent(1, 1);
        for (int i = 0; i < y.length; i++) {
            y[i] = ints(2)[i] < 0 ? 0 : gates[i / k * experts + ints(1)[i]];
        }
        if (k == 2) {
            for (int i = 0; i < y.length; i += 2) {
                float sum = Math.max(y[i] + y[i + 1], 0x1p-23f);
                y[i] /= sum;
                y[i + 1] /= sum;
            }
        }
    }

    void gateWeightsGrad() {
        float[] dw = x(0);
        float[] gates = x(1);
        float[] y = y();
        int experts = extent(1, 1);
        int k = extent(2, 1);
        Arrays.fill(y, 0);
        for (int token = 0; token < extent(1, 0); token++) {
            float sum = 0;
            float dot = 0;
            for (int i = token * k; i < (token + 1) * k; i++) {
                if (ints(3)[i] >= 0) {
                    float gate = gates[token * experts + ints(2)[i]];
                    sum += gate;
                    dot = Math.fma(dw[i], gate, dot);
                }
            }
            for (int i = token * k; i < (token + 1) * k; i++) {
                if (ints(3)[i] >= 0) {
                    y[token * experts + ints(2)[i]] =
                            k == 1 ? dw[i] : sum > 0x1p-23f ? (dw[i] - dot / sum) / sum : dw[i] / 0x1p-23f;
                }
            }
        }
    }

    void dispatch(int capacity) {
        int m = extent(0, 1);
        int k = extent(1, 1);
        float[] y = y();
        Arrays.fill(y, 0);
        for (int i = 0; i < ints(1).length; i++) {
            if (ints(2)[i] >= 0) {
                System.arraycopy(x(0), i / k * m, y, (ints(1)[i] * capacity + ints(2)[i]) * m, m);
            }
        }
    }

    void dispatchGrad() {
        int m = extent(0, 2);
        int k = extent(1, 1);
        int capacity = extent(0, 1);
        float[] dy = x(0);
        float[] y = y();
        Arrays.fill(y, 0);
        for (int i = 0; i < ints(1).length; i++) {
            if (ints(2)[i] >= 0) {
                int row = (ints(1)[i] * capacity + ints(2)[i]) * m;
                for (int j = 0; j < m; j++) {
                    y[i / k * m + j] += dy[row + j];
                }
            }
        }
    }

    void combine() {
        int m = extent(0, 2);
        int k = extent(2, 1);
        int capacity = extent(0, 1);
        float[] experts = x(0);
        float[] weights = x(1);
        float[] y = y();
        Arrays.fill(y, 0);
        for (int i = 0; i < weights.length; i++) {
            if (ints(3)[i] >= 0) {
                int row = (ints(2)[i] * capacity + ints(3)[i]) * m;
                for (int j = 0; j < m; j++) {
                    y[i / k * m + j] = Math.fma(weights[i], experts[row + j], y[i / k * m + j]);
                }
            }
        }
    }

    void combineInputGrad(int capacity) {
        int m = extent(0, 1);
        int k = extent(2, 1);
        float[] dout = x(0);
        float[] weights = x(1);
        float[] y = y();
        Arrays.fill(y, 0);
        for (int i = 0; i < weights.length; i++) {
            if (ints(3)[i] >= 0) {
                int row = (ints(2)[i] * capacity + ints(3)[i]) * m;
                for (int j = 0; j < m; j++) {
                    y[row + j] = weights[i] * dout[i / k * m + j];
                }
            }
        }
    }

    void combineWeightGrad() {
        int m = extent(0, 1);
        int k = extent(2, 1);
        int capacity = extent(1, 1);
        float[] y = y();
        for (int i = 0; i < y.length; i++) {
            int row = (ints(2)[i] * capacity + ints(3)[i]) * m;
            y[i] = ints(3)[i] < 0 ? 0 : reductions.dot(x(0), i / k * m, x(1), row, m);
        }
    }

    private static int count(int[] expert, int k, int wanted) {
        int count = 0;
        for (int i = 0; i < expert.length; i += k) {
            count += expert[i] == wanted ? 1 : 0;
        }
        return count;
    }

    Runnable loadBalanceLoss() {
        float[] column = new float[extent(0, 0)];
        return () -> loadBalanceLoss(column);
    }

    private void loadBalanceLoss(float[] column) {
        int tokens = column.length;
        int experts = extent(0, 1);
        float sum = 0;
        for (int e = 0; e < experts; e++) {
            for (int token = 0; token < tokens; token++) {
                column[token] = x(0)[token * experts + e];
            }
            sum += reductions.sum(column, 0, tokens) / tokens * ((float) count(ints(1), extent(1, 1), e) / tokens);
        }
        y()[0] = experts * sum;
    }

    void loadBalanceLossGrad() {
        int tokens = extent(1, 0);
        int experts = extent(1, 1);
        for (int e = 0; e < experts; e++) {
            float share = (float) count(ints(2), extent(2, 1), e) / tokens;
            for (int token = 0; token < tokens; token++) {
                y()[token * experts + e] = x(0)[0] * experts * share / tokens;
            }
        }
    }

    void scaleRows(int column) {
        int m = extent(0, 1);
        int columns = extent(1, 1);
        float[] a = x(0);
        float[] c = x(1);
        float[] y = y();
        for (int i = 0; i < y.length; i++) {
            y[i] = a[i] * c[i / m * columns + column];
        }
    }

    void scaleRowsCoefficientGrad(int column) {
        int m = extent(0, 1);
        int columns = node.output().shape().extent(1);
        Arrays.fill(y(), 0);
        for (int s = 0; s < extent(0, 0); s++) {
            y()[s * columns + column] = reductions.dot(x(0), s * m, x(1), s * m, m);
        }
    }
}

package dev.parity.cpu.internal.fast;

import dev.parity.spi.Node;
import java.util.List;

/// Softmax, cross entropy and the prediction.
final class LossLoops extends FloatNode {
    private final Reductions reductions;

    LossLoops(Node node, List<FloatTensor> in, List<FloatTensor> out, Reductions reductions) {
        super(node, in, out);
        this.reductions = reductions;
    }

    private static float largest(float[] x, int row, int columns) {
        float largest = Float.NEGATIVE_INFINITY;
        for (int j = row; j < row + columns; j++) {
            largest = Math.max(largest, x[j]);
        }
        return largest;
    }

    void softmax() {
        float[] a = x(0);
        float[] y = y();
        int columns = extent(0, -1);
        for (int row = 0; row < y.length; row += columns) {
            float largest = largest(a, row, columns);
            for (int j = row; j < row + columns; j++) {
                y[j] = reductions.exp(a[j] - largest);
            }
            float sum = reductions.sum(y, row, columns);
            for (int j = row; j < row + columns; j++) {
                y[j] /= sum;
            }
        }
    }

    void softmaxGrad() {
        float[] dy = x(0);
        float[] a = x(1);
        float[] y = y();
        int columns = extent(0, -1);
        for (int row = 0; row < y.length; row += columns) {
            float dot = reductions.dot(dy, row, a, row, columns);
            for (int j = row; j < row + columns; j++) {
                y[j] = a[j] * (dy[j] - dot);
            }
        }
    }

    /// Returns log Σ exp of a row, in FP32.
    ///
    /// @param exponentials room for a row
    private float logSumExp(float[] x, int row, float[] exponentials) {
        float largest = largest(x, row, exponentials.length);
        for (int j = 0; j < exponentials.length; j++) {
            exponentials[j] = reductions.exp(x[row + j] - largest);
        }
        return largest + reductions.log(reductions.sum(exponentials, 0, exponentials.length));
    }

    Runnable crossEntropy() {
        float[] losses = new float[extent(0, 0)];
        float[] exponentials = new float[extent(0, 1)];
        return () -> crossEntropy(losses, exponentials);
    }

    private void crossEntropy(float[] losses, float[] exponentials) {
        float[] logits = x(0);
        int columns = exponentials.length;
        for (int s = 0; s < losses.length; s++) {
            losses[s] = logSumExp(logits, s * columns, exponentials) - logits[s * columns + ints(1)[s]];
        }
        y()[0] = reductions.sum(losses, 0, losses.length) / losses.length;
    }

    Runnable crossEntropyGrad() {
        float[] exponentials = new float[extent(1, 1)];
        return () -> crossEntropyGrad(exponentials);
    }

    private void crossEntropyGrad(float[] exponentials) {
        float[] logits = x(1);
        float[] y = y();
        int tokens = extent(1, 0);
        int columns = extent(1, 1);
        float each = x(0)[0] / tokens;
        for (int s = 0; s < tokens; s++) {
            float normaliser = logSumExp(logits, s * columns, exponentials);
            for (int j = 0; j < columns; j++) {
                float softmax = reductions.exp(logits[s * columns + j] - normaliser);
                y[s * columns + j] = each * (softmax - (j == ints(2)[s] ? 1 : 0));
            }
        }
    }

    void argMax() {
        float[] a = x(0);
        int columns = extent(0, 1);
        int[] y = out.getFirst().ints;
        for (int s = 0; s < y.length; s++) {
            int best = s * columns;
            for (int at = best + 1; at < (s + 1) * columns; at++) {
                if (a[at] > a[best] || (Float.isNaN(a[at]) && !Float.isNaN(a[best]))) {
                    best = at;
                }
            }
            y[s] = best - s * columns;
        }
    }
}

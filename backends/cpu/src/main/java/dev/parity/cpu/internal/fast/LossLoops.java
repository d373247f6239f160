package dev.parity.cpu.internal.fast;

import dev.parity.spi.Node;
import java.util.List;

/// Softmax, cross entropy and the prediction.
///
/// Exponentials and logarithms are computed in binary64 by [StrictMath] and rounded once, so that every
/// processor gives the same bits.
final class LossLoops extends FloatNode {
    LossLoops(Node node, List<FloatTensor> in, List<FloatTensor> out) {
        super(node, in, out);
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
            float sum = 0;
            for (int j = row; j < row + columns; j++) {
                y[j] = (float) StrictMath.exp(a[j] - largest);
                sum += y[j];
            }
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
            float dot = 0;
            for (int j = row; j < row + columns; j++) {
                dot = Math.fma(dy[j], a[j], dot);
            }
            for (int j = row; j < row + columns; j++) {
                y[j] = a[j] * (dy[j] - dot);
            }
        }
    }

    /// Returns log Σ exp of a row, in FP32.
    private static float logSumExp(float[] x, int row, int columns) {
        float largest = largest(x, row, columns);
        float sum = 0;
        for (int j = row; j < row + columns; j++) {
            sum += (float) StrictMath.exp(x[j] - largest);
        }
        return largest + (float) StrictMath.log(sum);
    }

    void crossEntropy() {
        float[] logits = x(0);
        int columns = extent(0, 1);
        int tokens = extent(0, 0);
        float sum = 0;
        for (int s = 0; s < tokens; s++) {
            sum += logSumExp(logits, s * columns, columns) - logits[s * columns + ints(1)[s]];
        }
        y()[0] = sum / tokens;
    }

    void crossEntropyGrad() {
        float[] logits = x(1);
        float[] y = y();
        int tokens = extent(1, 0);
        int columns = extent(1, 1);
        float each = x(0)[0] / tokens;
        for (int s = 0; s < tokens; s++) {
            float normaliser = logSumExp(logits, s * columns, columns);
            for (int j = 0; j < columns; j++) {
                float softmax = (float) StrictMath.exp(logits[s * columns + j] - normaliser);
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

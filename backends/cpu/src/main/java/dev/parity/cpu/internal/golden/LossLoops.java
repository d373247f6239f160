package dev.parity.cpu.internal.golden;

import dev.parity.spi.Node;
import java.util.List;

/// Softmax, cross entropy and the prediction.
final class LossLoops extends GoldenNode {
    LossLoops(Node node, List<DoubleTensor> in, List<DoubleTensor> out) {
        super(node, in, out);
    }

    void softmax() {
        int columns = extent(0, -1);
        for (int row = 0; row < y().length; row += columns) {
            double largest = Double.NEGATIVE_INFINITY;
            for (int j = 0; j < columns; j++) {
                largest = Math.max(largest, x(0)[row + j]);
            }
            double sum = 0;
            for (int j = 0; j < columns; j++) {
                y()[row + j] = StrictMath.exp(x(0)[row + j] - largest);
                sum += y()[row + j];
            }
            for (int j = 0; j < columns; j++) {
                y()[row + j] /= sum;
            }
        }
    }

    void softmaxGrad() {
        int columns = extent(0, -1);
        for (int row = 0; row < y().length; row += columns) {
            double dot = 0;
            for (int j = 0; j < columns; j++) {
                dot += x(0)[row + j] * x(1)[row + j];
            }
            for (int j = 0; j < columns; j++) {
                y()[row + j] = x(1)[row + j] * (x(0)[row + j] - dot);
            }
        }
    }

    /// Returns log Σ exp of a row.
    private static double logSumExp(double[] x, int row, int columns) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int j = 0; j < columns; j++) {
            largest = Math.max(largest, x[row + j]);
        }
        double sum = 0;
        for (int j = 0; j < columns; j++) {
            sum += StrictMath.exp(x[row + j] - largest);
        }
        return largest + StrictMath.log(sum);
    }

    void crossEntropy() {
        int columns = extent(0, 1);
        double sum = 0;
        for (int s = 0; s < extent(0, 0); s++) {
            sum += logSumExp(x(0), s * columns, columns) - x(0)[s * columns + (int) x(1)[s]];
        }
        y()[0] = sum / extent(0, 0);
    }

    void crossEntropyGrad() {
        int tokens = extent(1, 0);
        int columns = extent(1, 1);
        for (int s = 0; s < tokens; s++) {
            double normaliser = logSumExp(x(1), s * columns, columns);
            for (int j = 0; j < columns; j++) {
                double softmax = StrictMath.exp(x(1)[s * columns + j] - normaliser);
                y()[s * columns + j] = x(0)[0] * (softmax - (j == (int) x(2)[s] ? 1 : 0)) / tokens;
            }
        }
    }

    void argMax() {
        int columns = extent(0, 1);
        for (int s = 0; s < extent(0, 0); s++) {
            int best = 0;
            for (int j = 1; j < columns; j++) {
                double candidate = x(0)[s * columns + j];
                double record = x(0)[s * columns + best];
                if (candidate > record || (Double.isNaN(candidate) && !Double.isNaN(record))) {
                    best = j;
                }
            }
            y()[s] = best;
        }
    }
}

package dev.parity.cpu.internal;

import dev.parity.cpu.internal.vector.VectorMatrix;
import dev.parity.spi.Shape;

/// A matrix product in FP32, of one factor whose rows are contiguous along K and one whose columns are.
///
/// @param y receives batch × rows × columns
/// @param w left factor, batch × rows × terms
/// @param x right factor, batch × terms × columns
/// @param bias added to each sum, batch of one a row or one a column; empty for none
/// @param biasByRow whether the bias is one a row
/// @param batch number of products
/// @param rows of w
/// @param terms of each sum
/// @param columns of x
/// @param block terms that are summed from 0 before they are added to the sum of those before them
/// @param partial room for one product, if there are several blocks
@SuppressWarnings("ArrayRecordComponent") // the arrays of one plan
record FloatMatMul(
        float[] y,
        float[] w,
        float[] x,
        float[] bias,
        boolean biasByRow,
        int batch,
        int rows,
        int terms,
        int columns,
        int block,
        float[] partial)
        implements Runnable {

    /// Returns K: the extent of the first factor that the result does not have.
    static int terms(Shape a, boolean transposeA) {
        return a.extent(transposeA ? -2 : -1);
    }

    @Override
    public void run() {
        for (int e = 0; e < batch; e++) {
            int at = e * rows * columns;
            multiply(y, at, e, 0);
            for (int first = block; first < terms; first += block) {
                multiply(partial, 0, e, first);
                for (int i = 0; i < rows * columns; i++) {
                    y[at + i] += partial[i];
                }
            }
            if (bias.length > 0) {
                addBias(at, e);
            }
        }
    }

    private void multiply(float[] to, int at, int e, int first) {
        int end = Math.min(first + block, terms);
        VectorMatrix.multiply(to, at, rows, columns, w, e * rows * terms, x, e * terms * columns, terms, first, end);
    }

    private void addBias(int at, int e) {
        for (int i = 0; i < rows; i++) {
            int row = at + i * columns;
            for (int j = 0; j < columns; j++) {
                y[row + j] += biasByRow ? bias[e * rows + i] : bias[e * columns + j];
            }
        }
    }
}

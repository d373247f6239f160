package dev.parity.cpu.internal.fast;

import dev.parity.cpu.internal.vector.VectorMatrix;

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
@SuppressWarnings("ArrayRecordComponent") // the arrays of one plan
public record FloatMatMul(
        float[] y, float[] w, float[] x, float[] bias, boolean biasByRow, int batch, int rows, int terms, int columns)
        implements Runnable {

    @Override
    public void run() {
        for (int e = 0; e < batch; e++) {
            multiply(y, e * rows * columns, e, 0, terms);
            addBias(e);
        }
    }

    /// Sums some of the terms of one product.
    ///
    /// @param to receives rows × columns
    /// @param at where it begins
    /// @param e which product
    /// @param first term, from 0
    /// @param end behind the last term
    public void multiply(float[] to, int at, int e, int first, int end) {
        VectorMatrix.multiply(to, at, rows, columns, w, e * rows * terms, x, e * terms * columns, terms, first, end);
    }

    /// Adds the bias to one product, if there is one.
    ///
    /// @param e which product
    public void addBias(int e) {
        if (bias.length == 0) {
            return;
        }
        for (int i = 0; i < rows; i++) {
            int row = (e * rows + i) * columns;
            for (int j = 0; j < columns; j++) {
                y[row + j] += biasByRow ? bias[e * rows + i] : bias[e * columns + j];
            }
        }
    }
}

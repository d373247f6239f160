package dev.parity.cpu.internal.vector;

import static dev.parity.cpu.internal.vector.Lanes.COUNT;
import static dev.parity.cpu.internal.vector.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// Products of FP32 matrices, with the columns of the result in lanes.
public final class VectorMatrix {
    private static final int WIDE = 3 * COUNT;

    private VectorMatrix() {}

    /// Computes y = w·x over a range of terms, all row-major without gaps.
    ///
    /// @param y receives the product, rows × columns
    /// @param yAt where it begins in y
    /// @param rows of w and y
    /// @param columns of x and y
    /// @param w left factor, rows × terms
    /// @param wAt where it begins in w
    /// @param x right factor, terms × columns
    /// @param xAt where it begins in x
    /// @param terms columns of w and rows of x
    /// @param first term of each sum
    /// @param end behind the last term of each sum
    public static void multiply(
            float[] y,
            int yAt,
            int rows,
            int columns,
            float[] w,
            int wAt,
            float[] x,
            int xAt,
            int terms,
            int first,
            int end) {
        int column = 0;
        for (; column + WIDE <= columns; column += WIDE) {
            int row = 0;
            for (; row + 4 <= rows; row += 4) {
                wide(
                        y,
                        yAt + row * columns + column,
                        columns,
                        w,
                        wAt + row * terms,
                        x,
                        xAt + column,
                        terms,
                        first,
                        end);
            }
            for (int part = column; part < column + WIDE; part += COUNT) {
                rest(y, yAt + part, row, rows, columns, w, wAt, x, xAt + part, terms, first, end, COUNT);
            }
        }
        for (; column + COUNT <= columns; column += COUNT) {
            int row = 0;
            for (; row + 8 <= rows; row += 8) {
                tall(
                        y,
                        yAt + row * columns + column,
                        columns,
                        w,
                        wAt + row * terms,
                        x,
                        xAt + column,
                        terms,
                        first,
                        end);
            }
            rest(y, yAt + column, row, rows, columns, w, wAt, x, xAt + column, terms, first, end, COUNT);
        }
        if (column < columns) {
            rest(y, yAt + column, 0, rows, columns, w, wAt, x, xAt + column, terms, first, end, columns - column);
        }
    }

    /// Four rows of three vectors.
    private static void wide(
            float[] y, int at, int columns, float[] w, int wa, float[] x, int xAt, int terms, int first, int end) {
        int wb = wa + terms;
        int wc = wb + terms;
        int wd = wc + terms;
        FloatVector a0 = FloatVector.zero(FLOATS);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector b0 = a0;
        FloatVector b1 = a0;
        FloatVector b2 = a0;
        FloatVector c0 = a0;
        FloatVector c1 = a0;
        FloatVector c2 = a0;
        FloatVector d0 = a0;
        FloatVector d1 = a0;
        FloatVector d2 = a0;
        for (int t = first; t < end; t++) {
            int from = xAt + t * columns;
            FloatVector x0 = FloatVector.fromArray(FLOATS, x, from);
            FloatVector x1 = FloatVector.fromArray(FLOATS, x, from + COUNT);
            FloatVector x2 = FloatVector.fromArray(FLOATS, x, from + 2 * COUNT);
            FloatVector a = FloatVector.broadcast(FLOATS, w[wa + t]);
            FloatVector b = FloatVector.broadcast(FLOATS, w[wb + t]);
            FloatVector c = FloatVector.broadcast(FLOATS, w[wc + t]);
            FloatVector d = FloatVector.broadcast(FLOATS, w[wd + t]);
            a0 = a.fma(x0, a0);
            a1 = a.fma(x1, a1);
            a2 = a.fma(x2, a2);
            b0 = b.fma(x0, b0);
            b1 = b.fma(x1, b1);
            b2 = b.fma(x2, b2);
            c0 = c.fma(x0, c0);
            c1 = c.fma(x1, c1);
            c2 = c.fma(x2, c2);
            d0 = d.fma(x0, d0);
            d1 = d.fma(x1, d1);
            d2 = d.fma(x2, d2);
        }
        int row = at;
        a0.intoArray(y, row);
        a1.intoArray(y, row + COUNT);
        a2.intoArray(y, row + 2 * COUNT);
        row += columns;
        b0.intoArray(y, row);
        b1.intoArray(y, row + COUNT);
        b2.intoArray(y, row + 2 * COUNT);
        row += columns;
        c0.intoArray(y, row);
        c1.intoArray(y, row + COUNT);
        c2.intoArray(y, row + 2 * COUNT);
        row += columns;
        d0.intoArray(y, row);
        d1.intoArray(y, row + COUNT);
        d2.intoArray(y, row + 2 * COUNT);
    }

    /// Eight rows of one vector.
    private static void tall(
            float[] y, int at, int columns, float[] w, int wAt, float[] x, int xAt, int terms, int first, int end) {
        FloatVector a0 = FloatVector.zero(FLOATS);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector a3 = a0;
        FloatVector a4 = a0;
        FloatVector a5 = a0;
        FloatVector a6 = a0;
        FloatVector a7 = a0;
        for (int t = first; t < end; t++) {
            FloatVector v = FloatVector.fromArray(FLOATS, x, xAt + t * columns);
            int from = wAt + t;
            a0 = v.fma(FloatVector.broadcast(FLOATS, w[from]), a0);
            a1 = v.fma(FloatVector.broadcast(FLOATS, w[from + terms]), a1);
            a2 = v.fma(FloatVector.broadcast(FLOATS, w[from + 2 * terms]), a2);
            a3 = v.fma(FloatVector.broadcast(FLOATS, w[from + 3 * terms]), a3);
            a4 = v.fma(FloatVector.broadcast(FLOATS, w[from + 4 * terms]), a4);
            a5 = v.fma(FloatVector.broadcast(FLOATS, w[from + 5 * terms]), a5);
            a6 = v.fma(FloatVector.broadcast(FLOATS, w[from + 6 * terms]), a6);
            a7 = v.fma(FloatVector.broadcast(FLOATS, w[from + 7 * terms]), a7);
        }
        a0.intoArray(y, at);
        a1.intoArray(y, at + columns);
        a2.intoArray(y, at + 2 * columns);
        a3.intoArray(y, at + 3 * columns);
        a4.intoArray(y, at + 4 * columns);
        a5.intoArray(y, at + 5 * columns);
        a6.intoArray(y, at + 6 * columns);
        a7.intoArray(y, at + 7 * columns);
    }

    /// The rows that are left, four at a time, of one vector or of its first lanes.
    private static void rest(
            float[] y,
            int yAt,
            int firstRow,
            int rows,
            int columns,
            float[] w,
            int wAt,
            float[] x,
            int xAt,
            int terms,
            int first,
            int end,
            int lanes) {
        VectorMask<Float> inside = FLOATS.indexInRange(0, lanes);
        for (int row = firstRow; row < rows; row += 4) {
            int w0 = wAt + row * terms;
            int w1 = wAt + Math.min(row + 1, rows - 1) * terms;
            int w2 = wAt + Math.min(row + 2, rows - 1) * terms;
            int w3 = wAt + Math.min(row + 3, rows - 1) * terms;
            FloatVector a0 = FloatVector.zero(FLOATS);
            FloatVector a1 = a0;
            FloatVector a2 = a0;
            FloatVector a3 = a0;
            for (int t = first; t < end; t++) {
                FloatVector v = FloatVector.fromArray(FLOATS, x, xAt + t * columns, inside);
                a0 = v.fma(FloatVector.broadcast(FLOATS, w[w0 + t]), a0);
                a1 = v.fma(FloatVector.broadcast(FLOATS, w[w1 + t]), a1);
                a2 = v.fma(FloatVector.broadcast(FLOATS, w[w2 + t]), a2);
                a3 = v.fma(FloatVector.broadcast(FLOATS, w[w3 + t]), a3);
            }
            a0.intoArray(y, yAt + row * columns, inside);
            if (row + 1 < rows) {
                a1.intoArray(y, yAt + (row + 1) * columns, inside);
            }
            if (row + 2 < rows) {
                a2.intoArray(y, yAt + (row + 2) * columns, inside);
            }
            if (row + 3 < rows) {
                a3.intoArray(y, yAt + (row + 3) * columns, inside);
            }
        }
    }
}

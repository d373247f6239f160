package dev.parity.cpu.internal.vector;

import static dev.parity.cpu.internal.vector.Lanes.COUNT;
import static dev.parity.cpu.internal.vector.Lanes.FLOATS;
import static dev.parity.cpu.internal.vector.Lanes.LONG;
import static dev.parity.cpu.internal.vector.Lanes.LONG_COUNT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// Products of FP32 matrices, with the columns of the result in lanes.
public final class VectorMatrix {
    private static final int WIDE = 3 * LONG_COUNT;

    private VectorMatrix() {}

    /// Computes y = w·x, all row-major without gaps.
    ///
    /// @param y receives the product, rows × columns
    /// @param yAt where it begins in y
    /// @param rows of w and y
    /// @param columns of x and y
    /// @param w left factor, rows × terms
    /// @param wAt where it begins in w
    /// @param x right factor, terms × columns
    /// @param xAt where it begins in x
    /// @param terms of each sum
    /// @param block terms that are summed from 0 before they are added to the sum of the blocks before them
    public static void multiply(
            float[] y, int yAt, int rows, int columns, float[] w, int wAt, float[] x, int xAt, int terms, int block) {
        for (int first = 0; first < terms; first += block) {
            block(y, yAt, rows, columns, w, wAt, x, xAt, terms, first, Math.min(first + block, terms));
        }
    }

    private static void block(
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
            for (int row = 0; row < rows; row += 4) {
                wide(y, yAt + column, row, rows - 1, columns, w, wAt, x, xAt + column, terms, first, end);
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

    /// Four rows of three vectors; rows beyond the last one compute the last one again.
    private static void wide(
            float[] y,
            int yAt,
            int row,
            int last,
            int columns,
            float[] w,
            int wAt,
            float[] x,
            int xAt,
            int terms,
            int first,
            int end) {
        int row1 = Math.min(row + 1, last);
        int row2 = Math.min(row + 2, last);
        int row3 = Math.min(row + 3, last);
        int wa = wAt + row * terms;
        int wb = wAt + row1 * terms;
        int wc = wAt + row2 * terms;
        int wd = wAt + row3 * terms;
        FloatVector a0 = FloatVector.zero(LONG);
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
            FloatVector x0 = FloatVector.fromArray(LONG, x, from);
            FloatVector x1 = FloatVector.fromArray(LONG, x, from + LONG_COUNT);
            FloatVector x2 = FloatVector.fromArray(LONG, x, from + 2 * LONG_COUNT);
            FloatVector a = FloatVector.broadcast(LONG, w[wa + t]);
            FloatVector b = FloatVector.broadcast(LONG, w[wb + t]);
            FloatVector c = FloatVector.broadcast(LONG, w[wc + t]);
            FloatVector d = FloatVector.broadcast(LONG, w[wd + t]);
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
        boolean more = first > 0;
        store(y, yAt + row * columns, more, a0, a1, a2);
        if (row1 > row) {
            store(y, yAt + row1 * columns, more, b0, b1, b2);
        }
        if (row2 > row1) {
            store(y, yAt + row2 * columns, more, c0, c1, c2);
        }
        if (row3 > row2) {
            store(y, yAt + row3 * columns, more, d0, d1, d2);
        }
    }

    private static void store(float[] y, int at, boolean more, FloatVector v0, FloatVector v1, FloatVector v2) {
        storeLong(y, at, more, v0);
        storeLong(y, at + LONG_COUNT, more, v1);
        storeLong(y, at + 2 * LONG_COUNT, more, v2);
    }

    private static void storeLong(float[] y, int at, boolean more, FloatVector v) {
        (more ? FloatVector.fromArray(LONG, y, at).add(v) : v).intoArray(y, at);
    }

    /// Stores the sum of a first block, or adds that of a later one.
    private static void store(float[] y, int at, boolean more, FloatVector v) {
        (more ? FloatVector.fromArray(FLOATS, y, at).add(v) : v).intoArray(y, at);
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
        boolean more = first > 0;
        store(y, at, more, a0);
        store(y, at + columns, more, a1);
        store(y, at + 2 * columns, more, a2);
        store(y, at + 3 * columns, more, a3);
        store(y, at + 4 * columns, more, a4);
        store(y, at + 5 * columns, more, a5);
        store(y, at + 6 * columns, more, a6);
        store(y, at + 7 * columns, more, a7);
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
        boolean more = first > 0;
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
            store(y, yAt + row * columns, more, a0, inside);
            if (row + 1 < rows) {
                store(y, yAt + (row + 1) * columns, more, a1, inside);
            }
            if (row + 2 < rows) {
                store(y, yAt + (row + 2) * columns, more, a2, inside);
            }
            if (row + 3 < rows) {
                store(y, yAt + (row + 3) * columns, more, a3, inside);
            }
        }
    }

    private static void store(float[] y, int at, boolean more, FloatVector v, VectorMask<Float> inside) {
        (more ? FloatVector.fromArray(FLOATS, y, at, inside).add(v) : v).intoArray(y, at, inside);
    }
}

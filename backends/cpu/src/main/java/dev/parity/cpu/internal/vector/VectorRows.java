package dev.parity.cpu.internal.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Products of weights with rows of FP32, many results at a time in registers.
///
/// Arrays that are read or written in whole vectors need [#SLACK] elements beyond what counts.
public final class VectorRows {
    /// Elements beyond the end of a row that are read or written, and thrown away.
    public static final int SLACK = 64;

    private static final VectorSpecies<Float> SPECIES =
            FloatVector.SPECIES_PREFERRED.length() > 16 ? FloatVector.SPECIES_512 : FloatVector.SPECIES_PREFERRED;
    private static final int L = SPECIES.length();
    private static final int TERMS = 5;
    private static final int OUTPUTS = 3;

    private VectorRows() {}

    /// The terms of a dot product along K.
    ///
    /// @param offset where the row of each term begins, relative to a base
    /// @param block terms in a block: a block is summed from 0, then added to the sum of the blocks before
    @SuppressWarnings("ArrayRecordComponent") // made once a plan, shared with its owner
    public record Terms(int[] offset, int block) {}

    /// Computes y\[o\]\[j\] = Σ_k w\[o\]\[k\]·x\[base + offset_k + j\] for all outputs o and `length`
    /// elements j.
    ///
    /// @param y results
    /// @param at where row 0 begins in y
    /// @param yStride distance of two rows in y
    /// @param outputs number of rows
    /// @param w weights, row o beginning at `wAt + o·K`
    /// @param wAt where the weights begin
    /// @param x rows
    /// @param base added to each offset
    /// @param terms offsets and blocks
    /// @param length elements a row
    public static void multiply(
            float[] y,
            int at,
            int yStride,
            int outputs,
            float[] w,
            int wAt,
            float[] x,
            int base,
            Terms terms,
            int length) {
        int k = terms.offset.length;
        int o = 0;
        for (; o + 4 <= outputs; o += 4) {
            for (int j = 0; j < length; j += 2 * L) {
                four(y, at + o * yStride + j, yStride, w, wAt + o * k, x, base + j, terms);
            }
        }
        for (; o < outputs; o++) {
            for (int j = 0; j < length; j += 4 * L) {
                one(y, at + o * yStride + j, w, wAt + o * k, x, base + j, terms);
            }
        }
    }

    private static void four(float[] y, int at, int yStride, float[] w, int wAt, float[] x, int base, Terms terms) {
        int[] offset = terms.offset;
        int k = offset.length;
        FloatVector s00 = FloatVector.zero(SPECIES);
        FloatVector s01 = s00;
        FloatVector s10 = s00;
        FloatVector s11 = s00;
        FloatVector s20 = s00;
        FloatVector s21 = s00;
        FloatVector s30 = s00;
        FloatVector s31 = s00;
        for (int first = 0; first < k; first += terms.block) {
            int end = Math.min(first + terms.block, k);
            FloatVector a00 = FloatVector.zero(SPECIES);
            FloatVector a01 = a00;
            FloatVector a10 = a00;
            FloatVector a11 = a00;
            FloatVector a20 = a00;
            FloatVector a21 = a00;
            FloatVector a30 = a00;
            FloatVector a31 = a00;
            for (int t = first; t < end; t++) {
                int from = base + offset[t];
                FloatVector x0 = FloatVector.fromArray(SPECIES, x, from);
                FloatVector x1 = FloatVector.fromArray(SPECIES, x, from + L);
                FloatVector w0 = FloatVector.broadcast(SPECIES, w[wAt + t]);
                FloatVector w1 = FloatVector.broadcast(SPECIES, w[wAt + k + t]);
                FloatVector w2 = FloatVector.broadcast(SPECIES, w[wAt + 2 * k + t]);
                FloatVector w3 = FloatVector.broadcast(SPECIES, w[wAt + 3 * k + t]);
                a00 = w0.fma(x0, a00);
                a01 = w0.fma(x1, a01);
                a10 = w1.fma(x0, a10);
                a11 = w1.fma(x1, a11);
                a20 = w2.fma(x0, a20);
                a21 = w2.fma(x1, a21);
                a30 = w3.fma(x0, a30);
                a31 = w3.fma(x1, a31);
            }
            s00 = s00.add(a00);
            s01 = s01.add(a01);
            s10 = s10.add(a10);
            s11 = s11.add(a11);
            s20 = s20.add(a20);
            s21 = s21.add(a21);
            s30 = s30.add(a30);
            s31 = s31.add(a31);
        }
        s00.intoArray(y, at);
        s01.intoArray(y, at + L);
        s10.intoArray(y, at + yStride);
        s11.intoArray(y, at + yStride + L);
        s20.intoArray(y, at + 2 * yStride);
        s21.intoArray(y, at + 2 * yStride + L);
        s30.intoArray(y, at + 3 * yStride);
        s31.intoArray(y, at + 3 * yStride + L);
    }

    private static void one(float[] y, int at, float[] w, int wAt, float[] x, int base, Terms terms) {
        int[] offset = terms.offset;
        int k = offset.length;
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        for (int first = 0; first < k; first += terms.block) {
            int end = Math.min(first + terms.block, k);
            FloatVector a0 = FloatVector.zero(SPECIES);
            FloatVector a1 = a0;
            FloatVector a2 = a0;
            FloatVector a3 = a0;
            for (int t = first; t < end; t++) {
                int from = base + offset[t];
                FloatVector weight = FloatVector.broadcast(SPECIES, w[wAt + t]);
                a0 = weight.fma(FloatVector.fromArray(SPECIES, x, from), a0);
                a1 = weight.fma(FloatVector.fromArray(SPECIES, x, from + L), a1);
                a2 = weight.fma(FloatVector.fromArray(SPECIES, x, from + 2 * L), a2);
                a3 = weight.fma(FloatVector.fromArray(SPECIES, x, from + 3 * L), a3);
            }
            s0 = s0.add(a0);
            s1 = s1.add(a1);
            s2 = s2.add(a2);
            s3 = s3.add(a3);
        }
        s0.intoArray(y, at);
        s1.intoArray(y, at + L);
        s2.intoArray(y, at + 2 * L);
        s3.intoArray(y, at + 3 * L);
    }

    /// A range of positions of a convolution's output, in row-major order.
    ///
    /// @param rows number of rows
    /// @param columns positions a row
    /// @param xAt where the patch of the first position begins in x
    /// @param xRow distance of the patches of two rows
    /// @param xColumn distance of the patches of two neighbours
    /// @param gAt where the first position of output 0 stands in g
    /// @param gRow distance of two rows in g
    /// @param gOutput distance of two outputs in g
    public record Positions(int rows, int columns, int xAt, int xRow, int xColumn, int gAt, int gRow, int gOutput) {}

    /// Adds to dw\[o\]\[t\] the sum over positions p of g\[o\]\[p\]·x\[patch_p + t\], summed from 0 in
    /// order of positions.
    ///
    /// @param dw weight gradients: output o, run r, element t at `o·dwStride + r·runStride + t`
    /// @param dwStride distance of two outputs
    /// @param outputs number of outputs
    /// @param g output gradients
    /// @param x patches
    /// @param run offset of each run of contiguous terms in a patch
    /// @param length elements a run
    /// @param runStride distance of two runs in dw, at least the length rounded up to whole vectors
    /// @param positions where to sum
    public static void addOuter(
            float[] dw,
            int dwStride,
            int outputs,
            float[] g,
            float[] x,
            int[] run,
            int length,
            int runStride,
            Positions positions) {
        int vectors = (length + L - 1) / L;
        int all = run.length * vectors;
        int[] from = new int[TERMS];
        int[] to = new int[TERMS];
        for (int first = 0; first < all; first += TERMS) {
            for (int i = 0; i < TERMS; i++) {
                int term = Math.min(first + i, all - 1);
                from[i] = run[term / vectors] + term % vectors * L;
                to[i] = term / vectors * runStride + term % vectors * L;
            }
            int used = Math.min(TERMS, all - first);
            for (int o = 0; o < outputs; o += OUTPUTS) {
                outer(dw, dwStride, o, Math.min(OUTPUTS, outputs - o), g, x, from, to, used, positions);
            }
        }
    }

    private static void outer(
            float[] dw,
            int dwStride,
            int o,
            int outputs,
            float[] g,
            float[] x,
            int[] from,
            int[] to,
            int used,
            Positions p) {
        int f0 = from[0];
        int f1 = from[1];
        int f2 = from[2];
        int f3 = from[3];
        int f4 = from[4];
        int second = outputs > 1 ? p.gOutput : 0;
        int third = outputs > 2 ? 2 * p.gOutput : 0;
        FloatVector a0 = FloatVector.zero(SPECIES);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector a3 = a0;
        FloatVector a4 = a0;
        FloatVector b0 = a0;
        FloatVector b1 = a0;
        FloatVector b2 = a0;
        FloatVector b3 = a0;
        FloatVector b4 = a0;
        FloatVector c0 = a0;
        FloatVector c1 = a0;
        FloatVector c2 = a0;
        FloatVector c3 = a0;
        FloatVector c4 = a0;
        for (int row = 0; row < p.rows; row++) {
            int atX = p.xAt + row * p.xRow;
            int atG = p.gAt + o * p.gOutput + row * p.gRow;
            for (int column = 0; column < p.columns; column++) {
                FloatVector x0 = FloatVector.fromArray(SPECIES, x, atX + f0);
                FloatVector x1 = FloatVector.fromArray(SPECIES, x, atX + f1);
                FloatVector x2 = FloatVector.fromArray(SPECIES, x, atX + f2);
                FloatVector x3 = FloatVector.fromArray(SPECIES, x, atX + f3);
                FloatVector x4 = FloatVector.fromArray(SPECIES, x, atX + f4);
                FloatVector ga = FloatVector.broadcast(SPECIES, g[atG]);
                FloatVector gb = FloatVector.broadcast(SPECIES, g[atG + second]);
                FloatVector gc = FloatVector.broadcast(SPECIES, g[atG + third]);
                a0 = ga.fma(x0, a0);
                a1 = ga.fma(x1, a1);
                a2 = ga.fma(x2, a2);
                a3 = ga.fma(x3, a3);
                a4 = ga.fma(x4, a4);
                b0 = gb.fma(x0, b0);
                b1 = gb.fma(x1, b1);
                b2 = gb.fma(x2, b2);
                b3 = gb.fma(x3, b3);
                b4 = gb.fma(x4, b4);
                c0 = gc.fma(x0, c0);
                c1 = gc.fma(x1, c1);
                c2 = gc.fma(x2, c2);
                c3 = gc.fma(x3, c3);
                c4 = gc.fma(x4, c4);
                atX += p.xColumn;
                atG++;
            }
        }
        add(dw, o * dwStride, to, used, a0, a1, a2, a3, a4);
        if (outputs > 1) {
            add(dw, (o + 1) * dwStride, to, used, b0, b1, b2, b3, b4);
        }
        if (outputs > 2) {
            add(dw, (o + 2) * dwStride, to, used, c0, c1, c2, c3, c4);
        }
    }

    private static void add(
            float[] dw,
            int at,
            int[] to,
            int used,
            FloatVector v0,
            FloatVector v1,
            FloatVector v2,
            FloatVector v3,
            FloatVector v4) {
        add(dw, at + to[0], v0);
        if (used > 1) {
            add(dw, at + to[1], v1);
        }
        if (used > 2) {
            add(dw, at + to[2], v2);
        }
        if (used > 3) {
            add(dw, at + to[3], v3);
        }
        if (used > 4) {
            add(dw, at + to[4], v4);
        }
    }

    private static void add(float[] dw, int at, FloatVector v) {
        FloatVector.fromArray(SPECIES, dw, at).add(v).intoArray(dw, at);
    }
}

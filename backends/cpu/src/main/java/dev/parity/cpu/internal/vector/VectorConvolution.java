package dev.parity.cpu.internal.vector;

import static dev.parity.cpu.internal.vector.Lanes.COUNT;
import static dev.parity.cpu.internal.vector.Lanes.FLOATS;
import static dev.parity.cpu.internal.vector.Lanes.INTS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// Convolutions in FP32, and the max-pooling that follows them.
///
/// Forward, lanes are the columns of one parity of all images, so that the four results of a pooling window
/// (upper left, upper right, lower left, lower right) stand in the same lane of four rows. Backward, a
/// gradient element is an event: it adds its multiple of a patch, or of the weights, where it points to.
public final class VectorConvolution {
    /// Elements a row of weights and their gradients: room for kernel·channels of any layer.
    public static final int RUN = 32;

    /// Results that [#forward] computes at a time.
    public static final int VECTOR = COUNT;

    private static final int ROWS = 5;
    private static final int NAN = 0x7fc0_0000;
    private static final int MAGNITUDE = 0x7fff_ffff;

    private VectorConvolution() {}

    /// Rounds a length up to whole vectors.
    ///
    /// @param length at least 0
    /// @return what a row must hold to be written in whole vectors
    public static int padded(int length) {
        return (length + COUNT - 1) / COUNT * COUNT;
    }

    /// Where the terms of a convolution's sums stand, in ascending order.
    ///
    /// @param even offset of each term for columns of even number
    /// @param odd offset of each term for columns of odd number
    @SuppressWarnings("ArrayRecordComponent") // made once a plan, shared with its owner
    public record Terms(int[] even, int[] odd) {}

    /// Computes one vector of two rows of results for all outputs.
    ///
    /// @param y receives outputs × 4 × padded length: the rows of a pooling window's four corners
    /// @param outputs number of output channels
    /// @param w weights, outputs × terms
    /// @param x images; whole vectors are read
    /// @param upper where the patches of the upper row begin
    /// @param lower where those of the lower row begin
    /// @param terms of each sum
    /// @param length results of one parity in a row, of all images
    /// @param first term of each sum
    /// @param end behind the last term of each sum
    /// @param j where the vector begins in each row: a multiple of [#VECTOR]
    public static void forward(
            float[] y,
            int outputs,
            float[] w,
            float[] x,
            int upper,
            int lower,
            Terms terms,
            int length,
            int first,
            int end,
            int j) {
        int stride = padded(length);
        int o = 0;
        for (; o + 3 <= outputs && o + 4 != outputs; o += 3) {
            three(y, j, stride, o, w, x, upper + j, lower + j, terms, first, end);
        }
        for (; o < outputs; o += 2) {
            int other = Math.min(o + 1, outputs - 1);
            two(y, j, stride, o, other, w, x, upper + j, lower + j, terms, first, end);
        }
    }

    /// One vector of each corner for three outputs.
    private static void three(
            float[] y,
            int at,
            int stride,
            int o,
            float[] w,
            float[] x,
            int upper,
            int lower,
            Terms terms,
            int first,
            int end) {
        int[] even = terms.even;
        int[] odd = terms.odd;
        int wa = o * even.length;
        int wb = wa + even.length;
        int wc = wb + even.length;
        FloatVector a0 = FloatVector.zero(FLOATS);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector a3 = a0;
        FloatVector b0 = a0;
        FloatVector b1 = a0;
        FloatVector b2 = a0;
        FloatVector b3 = a0;
        FloatVector c0 = a0;
        FloatVector c1 = a0;
        FloatVector c2 = a0;
        FloatVector c3 = a0;
        for (int t = first; t < end; t++) {
            FloatVector x0 = FloatVector.fromArray(FLOATS, x, upper + even[t]);
            FloatVector x1 = FloatVector.fromArray(FLOATS, x, upper + odd[t]);
            FloatVector x2 = FloatVector.fromArray(FLOATS, x, lower + even[t]);
            FloatVector x3 = FloatVector.fromArray(FLOATS, x, lower + odd[t]);
            FloatVector a = FloatVector.broadcast(FLOATS, w[wa + t]);
            a0 = a.fma(x0, a0);
            a1 = a.fma(x1, a1);
            a2 = a.fma(x2, a2);
            a3 = a.fma(x3, a3);
            FloatVector b = FloatVector.broadcast(FLOATS, w[wb + t]);
            b0 = b.fma(x0, b0);
            b1 = b.fma(x1, b1);
            b2 = b.fma(x2, b2);
            b3 = b.fma(x3, b3);
            FloatVector c = FloatVector.broadcast(FLOATS, w[wc + t]);
            c0 = c.fma(x0, c0);
            c1 = c.fma(x1, c1);
            c2 = c.fma(x2, c2);
            c3 = c.fma(x3, c3);
        }
        int to = o * 4 * stride + at;
        a0.intoArray(y, to);
        a1.intoArray(y, to + stride);
        a2.intoArray(y, to + 2 * stride);
        a3.intoArray(y, to + 3 * stride);
        to = (o + 1) * 4 * stride + at;
        b0.intoArray(y, to);
        b1.intoArray(y, to + stride);
        b2.intoArray(y, to + 2 * stride);
        b3.intoArray(y, to + 3 * stride);
        to = (o + 2) * 4 * stride + at;
        c0.intoArray(y, to);
        c1.intoArray(y, to + stride);
        c2.intoArray(y, to + 2 * stride);
        c3.intoArray(y, to + 3 * stride);
    }

    /// One vector of each corner for two outputs, which may be the same.
    private static void two(
            float[] y,
            int at,
            int stride,
            int o,
            int other,
            float[] w,
            float[] x,
            int upper,
            int lower,
            Terms terms,
            int first,
            int end) {
        int[] even = terms.even;
        int[] odd = terms.odd;
        int wa = o * even.length;
        int wb = other * even.length;
        FloatVector a0 = FloatVector.zero(FLOATS);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector a3 = a0;
        FloatVector b0 = a0;
        FloatVector b1 = a0;
        FloatVector b2 = a0;
        FloatVector b3 = a0;
        for (int t = first; t < end; t++) {
            FloatVector x0 = FloatVector.fromArray(FLOATS, x, upper + even[t]);
            FloatVector x1 = FloatVector.fromArray(FLOATS, x, upper + odd[t]);
            FloatVector x2 = FloatVector.fromArray(FLOATS, x, lower + even[t]);
            FloatVector x3 = FloatVector.fromArray(FLOATS, x, lower + odd[t]);
            FloatVector a = FloatVector.broadcast(FLOATS, w[wa + t]);
            a0 = a.fma(x0, a0);
            a1 = a.fma(x1, a1);
            a2 = a.fma(x2, a2);
            a3 = a.fma(x3, a3);
            FloatVector b = FloatVector.broadcast(FLOATS, w[wb + t]);
            b0 = b.fma(x0, b0);
            b1 = b.fma(x1, b1);
            b2 = b.fma(x2, b2);
            b3 = b.fma(x3, b3);
        }
        int to = o * 4 * stride + at;
        a0.intoArray(y, to);
        a1.intoArray(y, to + stride);
        a2.intoArray(y, to + 2 * stride);
        a3.intoArray(y, to + 3 * stride);
        // the same output twice is stored twice
        to = other * 4 * stride + at;
        b0.intoArray(y, to);
        b1.intoArray(y, to + stride);
        b2.intoArray(y, to + 2 * stride);
        b3.intoArray(y, to + 3 * stride);
    }

    /// Takes max(x, 0) and then the largest corner of each window; the first one wins a tie, NaN wins over
    /// all.
    ///
    /// @param pooled receives the largest values
    /// @param winner receives the place of each: that of the window plus the corner's
    /// @param at where to write in both
    /// @param y the four corners' rows, 4 × padded length
    /// @param from where they begin
    /// @param place of each window of the row, length
    /// @param row added to each place
    /// @param corner distance of each corner from its window's place
    /// @param length windows
    public static void reluPool(
            float[] pooled, int[] winner, int at, float[] y, int from, int[] place, int row, int[] corner, int length) {
        int stride = padded(length);
        FloatVector zero = FloatVector.zero(FLOATS);
        IntVector magnitude = IntVector.broadcast(INTS, MAGNITUDE);
        IntVector nan = IntVector.broadcast(INTS, NAN);
        IntVector zeros = IntVector.zero(INTS);
        IntVector rows = IntVector.broadcast(INTS, row);
        for (int j = 0; j < length; j += COUNT) {
            VectorMask<Float> inside = FLOATS.indexInRange(j, length);
            VectorMask<Integer> insideInts = inside.cast(INTS);
            IntVector best = zeros;
            IntVector where = IntVector.broadcast(INTS, corner[0]);
            for (int q = 0; q < 4; q++) {
                FloatVector x = FloatVector.fromArray(FLOATS, y, from + q * stride + j);
                // max(x, 0) as an integer that orders as the number does, all NaN alike and above infinity
                IntVector rank = x.blend(zero, x.compare(VectorOperators.LE, zero))
                        .reinterpretAsInts()
                        .and(magnitude)
                        .min(nan);
                VectorMask<Integer> smaller = rank.compare(VectorOperators.LE, best);
                best = rank.blend(best, smaller);
                where = IntVector.broadcast(INTS, corner[q]).blend(where, smaller);
            }
            zeros.or(best).reinterpretAsFloats().intoArray(pooled, at + j, inside);
            rows.add(IntVector.fromArray(INTS, place, j, insideInts)).add(where).intoArray(winner, at + j, insideInts);
        }
    }

    /// Gathers the gradients that a pooling passes on, those that are not 0, with the places they go to.
    ///
    /// @param g receives gradients, and whole vectors of what does not count behind them
    /// @param place receives places, likewise
    /// @param at where to write in both
    /// @param dy gradients of the pooled values
    /// @param pooled values; a gradient passes where they are above 0
    /// @param winner places
    /// @param from where to begin to read in the three
    /// @param length how many to read
    /// @return how many were written
    public static int gather(
            float[] g, int[] place, int at, float[] dy, float[] pooled, int[] winner, int from, int length) {
        FloatVector zero = FloatVector.zero(FLOATS);
        int to = at;
        for (int j = 0; j < length; j += COUNT) {
            VectorMask<Float> inside = FLOATS.indexInRange(j, length);
            FloatVector gradient = FloatVector.fromArray(FLOATS, dy, from + j, inside);
            FloatVector value = FloatVector.fromArray(FLOATS, pooled, from + j, inside);
            VectorMask<Float> passes =
                    zero.compare(VectorOperators.LT, value).and(zero.compare(VectorOperators.NE, gradient));
            gradient.compress(passes).intoArray(g, to);
            IntVector.fromArray(INTS, winner, from + j, inside.cast(INTS))
                    .compress(passes.cast(INTS))
                    .intoArray(place, to);
            to += passes.trueCount();
        }
        return to - at;
    }

    /// Adds the gradients that a row of poolings passes on to sums of their columns.
    ///
    /// @param even sums of the columns of even number, one a window
    /// @param odd sums of the columns of odd number
    /// @param dy gradients of the pooled values
    /// @param pooled values; a gradient passes where they are above 0
    /// @param winner places
    /// @param from where the row begins in the three
    /// @param place of each window of the row
    /// @param row added to each place
    /// @param corner distance of each corner from its window's place
    /// @param length windows
    public static void addToColumns(
            float[] even,
            float[] odd,
            float[] dy,
            float[] pooled,
            int[] winner,
            int from,
            int[] place,
            int row,
            int[] corner,
            int length) {
        FloatVector zero = FloatVector.zero(FLOATS);
        IntVector corner1 = IntVector.broadcast(INTS, corner[1] + row);
        IntVector corner3 = IntVector.broadcast(INTS, corner[3] + row);
        for (int j = 0; j < length; j += COUNT) {
            VectorMask<Float> inside = FLOATS.indexInRange(j, length);
            VectorMask<Integer> insideInts = inside.cast(INTS);
            VectorMask<Float> positive =
                    zero.compare(VectorOperators.LT, FloatVector.fromArray(FLOATS, pooled, from + j, inside));
            FloatVector g = zero.blend(FloatVector.fromArray(FLOATS, dy, from + j, inside), positive);
            IntVector won = IntVector.fromArray(INTS, winner, from + j, insideInts)
                    .sub(IntVector.fromArray(INTS, place, j, insideInts));
            VectorMask<Float> right = corner1.compare(VectorOperators.EQ, won)
                    .or(corner3.compare(VectorOperators.EQ, won))
                    .cast(FLOATS);
            FloatVector.fromArray(FLOATS, even, j).add(g.blend(zero, right)).intoArray(even, j);
            FloatVector.fromArray(FLOATS, odd, j).add(zero.blend(g, right)).intoArray(odd, j);
        }
    }

    /// Tells whether [#addWeightGrad] and [#addInputGrad] take patches of this size.
    ///
    /// @param kernel rows of a patch
    /// @param run elements a row
    /// @return whether they do
    public static boolean takes(int kernel, int run) {
        return kernel == ROWS && run <= RUN;
    }

    /// Adds a range of events to a channel's weight gradient: each adds g·patch, in their order. What
    /// stands behind a row of a patch is added too, and means nothing.
    ///
    /// @param dw added to, five rows of [#RUN] elements
    /// @param at where the channel's begins
    /// @param g gradients
    /// @param place where the patch of each begins
    /// @param start first event
    /// @param end behind the last event
    /// @param x images, with [#RUN] elements behind the last one
    /// @param run elements a row of a patch
    /// @param rowLength distance of two rows of a patch
    public static void addWeightGrad(
            float[] dw, int at, float[] g, int[] place, int start, int end, float[] x, int run, int rowLength) {
        for (int i = 0; i < run; i += COUNT) {
            addColumns(dw, at + i, g, place, start, end, x, i, rowLength);
        }
    }

    /// One vector of each row of the patch.
    private static void addColumns(
            float[] dw, int at, float[] g, int[] place, int start, int end, float[] x, int left, int rowLength) {
        FloatVector s0 = FloatVector.fromArray(FLOATS, dw, at);
        FloatVector s1 = FloatVector.fromArray(FLOATS, dw, at + RUN);
        FloatVector s2 = FloatVector.fromArray(FLOATS, dw, at + 2 * RUN);
        FloatVector s3 = FloatVector.fromArray(FLOATS, dw, at + 3 * RUN);
        FloatVector s4 = FloatVector.fromArray(FLOATS, dw, at + 4 * RUN);
        for (int e = start; e < end; e++) {
            int from = place[e] + left;
            FloatVector v = FloatVector.broadcast(FLOATS, g[e]);
            s0 = v.fma(FloatVector.fromArray(FLOATS, x, from), s0);
            from += rowLength;
            s1 = v.fma(FloatVector.fromArray(FLOATS, x, from), s1);
            from += rowLength;
            s2 = v.fma(FloatVector.fromArray(FLOATS, x, from), s2);
            from += rowLength;
            s3 = v.fma(FloatVector.fromArray(FLOATS, x, from), s3);
            from += rowLength;
            s4 = v.fma(FloatVector.fromArray(FLOATS, x, from), s4);
        }
        s0.intoArray(dw, at);
        s1.intoArray(dw, at + RUN);
        s2.intoArray(dw, at + 2 * RUN);
        s3.intoArray(dw, at + 3 * RUN);
        s4.intoArray(dw, at + 4 * RUN);
    }

    /// Adds a channel's part to an input gradient: each event adds g·weights to its patch. Elements behind
    /// a row of a patch have 0 added, up to [#RUN] from its beginning.
    ///
    /// @param dx images, added to, with [#RUN] elements behind the last one
    /// @param g gradients, finite
    /// @param place where the patch of each begins
    /// @param start first event
    /// @param end behind the last event
    /// @param w the channel's weights, five rows of [#RUN] elements, 0 behind each row
    /// @param at where they begin
    /// @param rowLength distance of two rows of a patch
    public static void addInputGrad(
            float[] dx, float[] g, int[] place, int start, int end, float[] w, int at, int rowLength) {
        for (int e = start; e < end; e++) {
            FloatVector v = FloatVector.broadcast(FLOATS, g[e]);
            int from = place[e];
            for (int row = 0; row < ROWS; row++) {
                for (int i = 0; i < RUN; i += COUNT) {
                    FloatVector old = FloatVector.fromArray(FLOATS, dx, from + row * rowLength + i);
                    v.fma(FloatVector.fromArray(FLOATS, w, at + row * RUN + i), old)
                            .intoArray(dx, from + row * rowLength + i);
                }
            }
        }
    }
}

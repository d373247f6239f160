package dev.parity.cpu.internal.vector;

import static dev.parity.cpu.internal.vector.Lanes.COUNT;
import static dev.parity.cpu.internal.vector.Lanes.FLOATS;
import static dev.parity.cpu.internal.vector.Lanes.INTS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// Sums and updates over all elements of a tensor.
public final class VectorElements {
    /// Running sums of [#sumOfSquares].
    public static final int SUMS = 32;

    private static final int MAGNITUDE = 0x7fff_ffff;
    private static final int INFINITY = 0x7f80_0000;

    /// Bits of 2^-59: half of it has a quarter of an ulp of 2^-85.
    private static final int LARGE = 0x2200_0000;

    private VectorElements() {}

    /// Multiplies by a factor.
    ///
    /// @param y receives the products
    /// @param x elements, as many
    /// @param factor of all
    public static void scale(float[] y, float[] x, float factor) {
        FloatVector factors = FloatVector.broadcast(FLOATS, factor);
        int i = 0;
        for (; i + COUNT <= y.length; i += COUNT) {
            factors.mul(FloatVector.fromArray(FLOATS, x, i)).intoArray(y, i);
        }
        for (; i < y.length; i++) {
            y[i] = x[i] * factor;
        }
    }

    /// Adds a range of elements.
    ///
    /// @param y receives the sums
    /// @param a elements
    /// @param b elements
    /// @param from first one
    /// @param to behind the last one
    public static void add(float[] y, float[] a, float[] b, int from, int to) {
        int i = from;
        for (; i + COUNT <= to; i += COUNT) {
            FloatVector.fromArray(FLOATS, a, i)
                    .add(FloatVector.fromArray(FLOATS, b, i))
                    .intoArray(y, i);
        }
        for (; i < to; i++) {
            y[i] = a[i] + b[i];
        }
    }

    /// Adds a value to a range of elements.
    ///
    /// @param y added to
    /// @param from first one
    /// @param to behind the last one
    /// @param value added to each
    public static void addTo(float[] y, int from, int to, float value) {
        FloatVector values = FloatVector.broadcast(FLOATS, value);
        int i = from;
        for (; i + COUNT <= to; i += COUNT) {
            values.add(FloatVector.fromArray(FLOATS, y, i)).intoArray(y, i);
        }
        for (; i < to; i++) {
            y[i] += value;
        }
    }

    /// Computes max(x, 0); NaN stays NaN.
    ///
    /// @param y receives the results
    /// @param x elements, as many
    public static void relu(float[] y, float[] x) {
        FloatVector zero = FloatVector.zero(FLOATS);
        int i = 0;
        for (; i + COUNT <= y.length; i += COUNT) {
            FloatVector v = FloatVector.fromArray(FLOATS, x, i);
            v.blend(zero, v.compare(VectorOperators.LE, zero)).intoArray(y, i);
        }
        for (; i < y.length; i++) {
            y[i] = x[i] <= 0 ? 0 : x[i];
        }
    }

    /// Passes gradients where a result is above 0.
    ///
    /// @param dx receives the gradients
    /// @param dy gradients, as many
    /// @param y results, as many
    public static void reluGrad(float[] dx, float[] dy, float[] y) {
        FloatVector zero = FloatVector.zero(FLOATS);
        int i = 0;
        for (; i + COUNT <= dx.length; i += COUNT) {
            zero.blend(
                            FloatVector.fromArray(FLOATS, dy, i),
                            zero.compare(VectorOperators.LT, FloatVector.fromArray(FLOATS, y, i)))
                    .intoArray(dx, i);
        }
        for (; i < dx.length; i++) {
            dx[i] = y[i] > 0 ? dy[i] : 0;
        }
    }

    /// Adds up squares: element i goes to sum i mod [#SUMS].
    ///
    /// @param sums added to, one element each of [#SUMS]
    /// @param x elements
    public static void sumOfSquares(float[] sums, float[] x) {
        int whole = x.length / SUMS * SUMS;
        for (int lane = 0; lane < SUMS; lane += 4 * COUNT) {
            FloatVector s0 = FloatVector.fromArray(FLOATS, sums, lane);
            FloatVector s1 = FloatVector.fromArray(FLOATS, sums, lane + COUNT);
            FloatVector s2 = FloatVector.fromArray(FLOATS, sums, lane + 2 * COUNT);
            FloatVector s3 = FloatVector.fromArray(FLOATS, sums, lane + 3 * COUNT);
            for (int i = lane; i < whole; i += SUMS) {
                FloatVector x0 = FloatVector.fromArray(FLOATS, x, i);
                FloatVector x1 = FloatVector.fromArray(FLOATS, x, i + COUNT);
                FloatVector x2 = FloatVector.fromArray(FLOATS, x, i + 2 * COUNT);
                FloatVector x3 = FloatVector.fromArray(FLOATS, x, i + 3 * COUNT);
                s0 = x0.fma(x0, s0);
                s1 = x1.fma(x1, s1);
                s2 = x2.fma(x2, s2);
                s3 = x3.fma(x3, s3);
            }
            s0.intoArray(sums, lane);
            s1.intoArray(sums, lane + COUNT);
            s2.intoArray(sums, lane + 2 * COUNT);
            s3.intoArray(sums, lane + 3 * COUNT);
        }
        for (int i = whole; i < x.length; i++) {
            sums[i - whole] = Math.fma(x[i], x[i], sums[i - whole]);
        }
    }

    /// Tells whether any element is infinite or NaN.
    ///
    /// @param x elements
    /// @param from first one
    /// @param to behind the last one
    /// @return whether
    public static boolean anyNonFinite(float[] x, int from, int to) {
        IntVector magnitude = IntVector.broadcast(INTS, MAGNITUDE);
        IntVector largest = IntVector.zero(INTS);
        int i = from;
        for (; i + COUNT <= to; i += COUNT) {
            largest = magnitude
                    .and(FloatVector.fromArray(FLOATS, x, i).reinterpretAsInts())
                    .max(largest);
        }
        boolean found = largest.reduceLanes(VectorOperators.MAX) >= INFINITY;
        for (; i < to; i++) {
            found |= !Float.isFinite(x[i]);
        }
        return found;
    }

    /// Returns the momentum up to which an update may leave lanes without a gradient out.
    ///
    /// Where a unit is dead its gradient is 0, and its momentum decays until rounding gives it back: it stays at a
    /// few times 2^-149 for good. Some processors take a hundred times as long for a product with a subnormal
    /// number. What such a momentum would take from a weight of 2^-60 or more, less than 2^-139·2^49, is below a
    /// quarter of the weight's ulp and lost, so nothing changes where it is left out.
    ///
    /// @param decay factor of the momentum
    /// @param gain what a momentum is multiplied by, at most, before it is taken from a weight
    /// @param weights before the update; they decay by less than a half
    /// @param from first one
    /// @param to behind the last one
    /// @return below 2^-139; -1 if no lane may be left out
    public static float stuck(float decay, double gain, float[] weights, int from, int to) {
        double n = Math.min(1023, Math.ceil(0.5 / (1 - (double) decay)) - 1); // n - n·decay < 1/2
        boolean stays = n >= 1 && Math.rint(n * decay) == n && Math.abs(gain) <= 0x1p49;
        return stays && allLarge(weights, from, to) ? (float) n * Float.MIN_VALUE : -1;
    }

    private static boolean allLarge(float[] weights, int from, int to) {
        IntVector magnitude = IntVector.broadcast(INTS, MAGNITUDE);
        IntVector smallest = IntVector.broadcast(INTS, MAGNITUDE);
        int i = from;
        for (; i + COUNT <= to; i += COUNT) {
            smallest = magnitude
                    .and(FloatVector.fromArray(FLOATS, weights, i).reinterpretAsInts())
                    .min(smallest);
        }
        return smallest.reduceLanes(VectorOperators.MIN) >= LARGE;
    }

    /// The numbers of an AdamW step, in FP32; see `Op.AdamW`.
    ///
    /// @param unscale factor on the gradient
    /// @param beta1 decay of the first moment
    /// @param rest1 1 - beta1
    /// @param beta2 decay of the second moment
    /// @param rest2 1 - beta2
    /// @param root2 sqrt(1 - beta2^t)
    /// @param epsilon added to the denominator
    /// @param keep factor on the weights
    /// @param step learning rate over 1 - beta1^t
    public record Adam(
            float unscale,
            float beta1,
            float rest1,
            float beta2,
            float rest2,
            float root2,
            float epsilon,
            float keep,
            float step) {}

    /// Updates a range of weights and moments; each output may be its input.
    ///
    /// @param y receives weights
    /// @param m receives first moments
    /// @param v receives second moments
    /// @param weights before
    /// @param oldM first moments before
    /// @param oldV second moments before
    /// @param gradient scaled
    /// @param adam the step's numbers
    /// @param stuck as [#stuck] says
    /// @param from first element
    /// @param to behind the last element
    public static void adamW(
            float[] y,
            float[] m,
            float[] v,
            float[] weights,
            float[] oldM,
            float[] oldV,
            float[] gradient,
            Adam adam,
            float stuck,
            int from,
            int to) {
        FloatVector unscale = FloatVector.broadcast(FLOATS, adam.unscale);
        FloatVector beta1 = FloatVector.broadcast(FLOATS, adam.beta1);
        FloatVector rest1 = FloatVector.broadcast(FLOATS, adam.rest1);
        FloatVector beta2 = FloatVector.broadcast(FLOATS, adam.beta2);
        FloatVector rest2 = FloatVector.broadcast(FLOATS, adam.rest2);
        FloatVector root2 = FloatVector.broadcast(FLOATS, adam.root2);
        FloatVector epsilon = FloatVector.broadcast(FLOATS, adam.epsilon);
        FloatVector keep = FloatVector.broadcast(FLOATS, adam.keep);
        FloatVector step = FloatVector.broadcast(FLOATS, adam.step);
        FloatVector zero = FloatVector.zero(FLOATS);
        FloatVector largest = FloatVector.broadcast(FLOATS, stuck);
        int i = from;
        for (; i + COUNT <= to; i += COUNT) {
            FloatVector g = unscale.mul(FloatVector.fromArray(FLOATS, gradient, i));
            FloatVector before = FloatVector.fromArray(FLOATS, oldM, i);
            VectorMask<Float> stays =
                    largest.compare(VectorOperators.GE, before.abs()).and(zero.compare(VectorOperators.EQ, g));
            FloatVector newM = beta1.mul(before.blend(zero, stays)).add(rest1.mul(g));
            FloatVector newV = beta2.mul(FloatVector.fromArray(FLOATS, oldV, i))
                    .add(rest2.mul(g).mul(g));
            FloatVector denominator = epsilon.add(newV.sqrt().div(root2));
            newM.blend(before, stays).intoArray(m, i);
            newV.intoArray(v, i);
            keep.mul(FloatVector.fromArray(FLOATS, weights, i))
                    .sub(step.mul(newM.div(denominator)))
                    .intoArray(y, i);
        }
        for (; i < to; i++) {
            float g = gradient[i] * adam.unscale;
            m[i] = oldM[i] * adam.beta1 + g * adam.rest1;
            v[i] = oldV[i] * adam.beta2 + g * adam.rest2 * g;
            float denominator = (float) Math.sqrt(v[i]) / adam.root2 + adam.epsilon;
            y[i] = weights[i] * adam.keep - m[i] / denominator * adam.step;
        }
    }

    /// Updates a range of weights with momentum; each output may be its input.
    ///
    /// @param y receives weights
    /// @param buffer receives momentum
    /// @param weights before
    /// @param oldBuffer momentum before
    /// @param gradient scaled
    /// @param unscale factor on the gradient
    /// @param momentum decay of the buffer
    /// @param rate learning rate
    /// @param stuck as [#stuck] says
    /// @param from first element
    /// @param to behind the last element
    public static void sgd(
            float[] y,
            float[] buffer,
            float[] weights,
            float[] oldBuffer,
            float[] gradient,
            float unscale,
            float momentum,
            float rate,
            float stuck,
            int from,
            int to) {
        FloatVector unscales = FloatVector.broadcast(FLOATS, unscale);
        FloatVector momenta = FloatVector.broadcast(FLOATS, momentum);
        FloatVector rates = FloatVector.broadcast(FLOATS, rate);
        FloatVector zero = FloatVector.zero(FLOATS);
        FloatVector largest = FloatVector.broadcast(FLOATS, stuck);
        int i = from;
        for (; i + COUNT <= to; i += COUNT) {
            FloatVector g = unscales.mul(FloatVector.fromArray(FLOATS, gradient, i));
            FloatVector before = FloatVector.fromArray(FLOATS, oldBuffer, i);
            VectorMask<Float> stays =
                    largest.compare(VectorOperators.GE, before.abs()).and(zero.compare(VectorOperators.EQ, g));
            FloatVector sum = momenta.mul(before.blend(zero, stays)).add(g);
            sum.blend(before, stays).intoArray(buffer, i);
            FloatVector.fromArray(FLOATS, weights, i).sub(rates.mul(sum)).intoArray(y, i);
        }
        for (; i < to; i++) {
            buffer[i] = oldBuffer[i] * momentum + gradient[i] * unscale;
            y[i] = weights[i] - buffer[i] * rate;
        }
    }
}

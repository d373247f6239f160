package dev.parity.cpu.internal.model;

import dev.parity.cpu.internal.vector.VectorExact;
import dev.parity.spi.MatrixRule;
import dev.parity.spi.MatrixRule.BlockSum;
import dev.parity.spi.MatrixRule.Join;
import dev.parity.spi.MatrixRule.Rounding;
import dev.parity.spi.OperandFormat;
import java.util.Arrays;

/// Dot products whose steps are exact and rounded once to nearest even.
final class ExactKernel extends FastKernel implements VectorExact.Exactly {
    private static final int INFINITE = 0x7f800000;
    private static final int FRACTION = 23;
    /// Exponent of a binary32's last bit, less its exponent field.
    private static final int LAST = -150;

    private static final int DOUBLE_BITS = 53;
    private static final double LONGEST = 0x1p62;

    private final int most;
    /// What summing a step in binary64 may lose of the magnitudes, twice over: one rounding a product and two more.
    private final double loss;

    private final double[] values;
    private final int[] at;
    private final int[] ends;
    private final double[] products;
    private final Counts counts;
    private double[] wide = {};
    /// Exponents of the last bits of the operands: their least.
    private int quantumRight;

    private int quantumLeft;
    private int steps;

    ExactKernel(KOrder order, OperandFormat format, MatrixRule rule, OracleKernel oracle, Counts counts) {
        super(order, format, oracle, counts);
        this.counts = counts;
        most = rule.products(format);
        loss = (most + 2) * Math.ulp(1.0);
        values = new double[order.terms()];
        at = new int[order.terms()];
        ends = new int[order.terms()];
        products = new double[most];
    }

    /// Tells whether a rule is one that this kernel computes.
    static boolean takes(MatrixRule rule) {
        return rule.blockSum() == BlockSum.EXACT
                && rule.join() == Join.FUSED
                && rule.rounding() == Rounding.RNE
                && !rule.flushOutputs()
                && !rule.flushInputs()
                && !rule.halfAccumulator();
    }

    @Override
    void prepare(int length) {
        if (wide.length < x.length) {
            wide = new double[x.length];
        }
        quantumRight = Float.MAX_EXPONENT;
        for (int i = 0; i < length; i++) {
            wide[i] = x[i] + 0.0; // no negative zero
            quantumRight = Math.min(quantumRight, quantum(x[i]));
        }
    }

    /// Returns the exponent of the last bit that is set; of what has none, or is not finite, a large one.
    private static int quantum(float value) {
        int bits = Float.floatToRawIntBits(value) & ~Integer.MIN_VALUE;
        if (bits == 0 || bits >= INFINITE) {
            return Float.MAX_EXPONENT;
        }
        int exponent = bits >>> FRACTION;
        int significand = exponent == 0 ? bits : (bits & ((1 << FRACTION) - 1)) | (1 << FRACTION);
        return Math.max(exponent, 1) + LAST + Integer.numberOfTrailingZeros(significand);
    }

    @Override
    void prepareRow() {
        int count = 0;
        steps = 0;
        quantumLeft = Float.MAX_EXPONENT;
        for (int step = first; step < end; step++) {
            int begun = count;
            for (int k = begin(step); k < order.ends()[step]; k++) {
                if (row[k] != 0) {
                    values[count] = row[k];
                    quantumLeft = Math.min(quantumLeft, quantum(row[k]));
                    at[count++] = order.right()[k];
                }
            }
            if (count > begun) {
                ends[steps++] = count;
            }
        }
    }

    @Override
    void fast(float[] y, int yAt, int columns, int base) {
        boolean zero = largestLeft == Integer.MIN_VALUE || largestRight == Integer.MIN_VALUE;
        double largest = zero ? 0 : most * Math.scalb(1.0, largestLeft + 1 + largestRight + 1);
        double limit = Math.scalb(1.0, quantumLeft + quantumRight + DOUBLE_BITS) - largest;
        int asked =
                VectorExact.multiply(y, yAt, columns, values, at, ends, steps, wide, base, loss * largest, limit, this);
        counts.steps((long) columns * steps, asked);
    }

    /// Sums whole multiples of the last bit, which a long holds unless magnitudes are very far apart.
    @Override
    public double sum(double c, int from, int to, int column) {
        int last = quantumLeft + quantumRight;
        double sum = Math.abs(Math.scalb(c, -last));
        long whole = (long) Math.scalb(c, -last);
        for (int k = from; k < to; k++) {
            double product = values[k] * wide[at[k] + column];
            products[k - from] = product;
            double scaled = Math.scalb(product, -last);
            sum += Math.abs(scaled);
            whole += (long) scaled;
        }
        return sum < LONGEST ? nearest(whole, last) : (float) BlockDot.exact(Arrays.copyOf(products, to - from), c);
    }

    private static float nearest(long whole, int last) {
        double near = (double) whole;
        double odd = Rounded.toOdd(near, Long.signum(whole - (long) near));
        return (float) Math.scalb(odd, last);
    }
}

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
    private final VectorExact.Step work;
    private double[] wide = {};
    private int steps;

    ExactKernel(KOrder order, OperandFormat format, MatrixRule rule, int columns, OracleKernel oracle, Counts counts) {
        super(order, format, oracle, counts);
        this.counts = counts;
        most = rule.products(format);
        loss = (most + 2) * Math.ulp(1.0);
        int length = 2 * order.terms();
        values = new double[length];
        at = new int[length];
        ends = new int[order.ends().length];
        products = new double[most + 1];
        work = new VectorExact.Step(values, at, ends, this, columns);
    }

    /// Tells whether a rule that flushes nothing and accumulates in FP32 is one that this kernel computes.
    static boolean takes(MatrixRule rule) {
        return rule.blockSum() == BlockSum.EXACT && rule.join() == Join.FUSED && rule.rounding() == Rounding.RNE;
    }

    @Override
    void prepare(int length) {
        if (wide.length < x.length) {
            wide = new double[x.length];
        }
        for (int i = 0; i < length; i++) {
            wide[i] = x[i] + 0.0; // no negative zero
        }
        work.right(wide);
    }

    @Override
    void prepareRow() {
        int count = 0;
        steps = 0;
        for (int step = first; step < end; step++) {
            int begun = count;
            for (int k = begin(step); k < order.ends()[step]; k++) {
                if (row[k] != 0) {
                    values[count] = row[k];
                    at[count++] = order.right()[k];
                }
            }
            if ((count - begun) % 2 == 1) { // a pair is read at a time
                values[count] = 0;
                at[count] = at[count - 1];
                count++;
            }
            if (count > begun) {
                ends[steps++] = count;
            }
        }
    }

    @Override
    void fast(float[] y, int yAt, int columns, int base) {
        boolean zero = left.isZero() || right.isZero();
        double largest = zero ? 0 : most * Math.scalb(1.0, left.largest() + 1 + right.largest() + 1);
        double limit = Math.scalb(1.0, left.unit() + right.unit() + DOUBLE_BITS) - largest;
        VectorExact.Loss lost = new VectorExact.Loss(loss * largest, limit);
        int asked = VectorExact.multiply(y, yAt, columns, work, steps, base, lost);
        counts.steps((long) columns * steps, asked);
    }

    /// Sums whole multiples of the last bit, which a long holds unless magnitudes are very far apart.
    @Override
    public double sum(double c, int from, int to, int column) {
        int last = left.unit() + right.unit();
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

package dev.parity.cpu.internal.model;

import dev.parity.cpu.internal.vector.VectorTruncated;
import dev.parity.spi.MatrixRule;
import dev.parity.spi.MatrixRule.BlockSum;
import dev.parity.spi.MatrixRule.Join;
import dev.parity.spi.MatrixRule.Rounding;
import dev.parity.spi.OperandFormat;
import java.util.Arrays;

/// Dot products of tensor cores.
///
/// Where a scalar of the row is 0 its products are left out: they move neither the sum nor the largest exponent. A step
/// without any other leaves the accumulator as it is, for that has no bit behind the fraction.
final class TruncatedKernel extends FastKernel {
    /// A product of two significands is less than 4, an accumulator's less than 2.
    private static final int PRODUCT_BITS = 2;

    private static final int FRACTION = 23;

    private final int minExponent;
    private final VectorTruncated.Row scalars;
    private final VectorTruncated.Step work;
    private int[] exponents = {};
    private int steps;

    TruncatedKernel(
            KOrder order, OperandFormat format, MatrixRule rule, int columns, OracleKernel oracle, Counts counts) {
        super(order, format, oracle, counts);
        minExponent = format.minExponent();
        int products = rule.products(format);
        int half = fits(products, rule.fraction()) ? 0 : (products + 1) / 2;
        int terms = order.terms();
        scalars = new VectorTruncated.Row(new float[terms], new int[terms], new int[terms], new int[terms]);
        work = new VectorTruncated.Step(scalars, rule.fraction(), half, columns);
    }

    /// Tells whether whole numbers of 32 bits hold the sum of some products and an accumulator.
    private static boolean fits(int products, int fraction) {
        return ((long) products << (PRODUCT_BITS + fraction)) + (2L << fraction) <= Integer.MAX_VALUE;
    }

    /// Tells whether a rule that flushes nothing and accumulates in FP32 is one that this kernel computes.
    static boolean takes(MatrixRule rule, OperandFormat format) {
        return rule.blockSum() == BlockSum.TRUNCATED
                && rule.join() == Join.FUSED
                && rule.rounding() == Rounding.RZ
                && rule.alignFloor() <= MatrixRule.NO_FLOOR
                && format != OperandFormat.FP32
                && fits((rule.products(format) + 1) / 2, rule.fraction());
    }

    @Override
    void prepare(int length) {
        if (exponents.length < x.length) {
            exponents = new int[x.length];
            Arrays.fill(exponents, VectorTruncated.ZERO);
        }
        for (int i = 0; i < length; i++) {
            int magnitude = Float.floatToRawIntBits(x[i]) & Integer.MAX_VALUE;
            int zero = (magnitude - 1) >> (Integer.SIZE - 1); // -1 or 0
            exponents[i] = Math.max((magnitude >>> FRACTION) - Float.MAX_EXPONENT, minExponent)
                    + (zero & VectorTruncated.ZERO);
        }
        work.right(x, exponents);
    }

    @Override
    void prepareRow() {
        int count = 0;
        steps = 0;
        for (int step = first; step < end; step++) {
            int begun = count;
            for (int k = begin(step); k < order.ends()[step]; k++) {
                if (row[k] != 0) {
                    scalars.values()[count] = row[k];
                    scalars.exponents()[count] = Math.max(Math.getExponent(row[k]), minExponent);
                    scalars.at()[count++] = order.right()[k];
                }
            }
            if (count > begun) {
                scalars.ends()[steps++] = count;
            }
        }
    }

    @Override
    void fast(float[] y, int yAt, int columns, int base) {
        VectorTruncated.multiply(y, yAt, columns, work, steps, base);
    }
}

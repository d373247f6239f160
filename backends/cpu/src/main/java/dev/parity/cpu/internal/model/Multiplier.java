package dev.parity.cpu.internal.model;

import dev.parity.spi.ElementType;
import dev.parity.spi.MatrixRule;
import dev.parity.spi.NumericMode;
import dev.parity.spi.OperandFormat;
import java.util.SplittableRandom;

/// A left and a right operand, cast, and the product's kernel.
final class Multiplier {
    /// Slices of K of a device that adds them as they arrive, if its rule has fewer.
    private static final int ARRIVING = 4;

    private final OperandCast cast;
    private final DotKernel kernel;
    private final float[] left;
    private final float[] right;
    private final int[] slices;
    private final float[] partial;
    private final Unit unit;

    /// What a device's multipliers share.
    ///
    /// @param mode of the device
    /// @param rule of its matrix unit
    /// @param counts what kernels did
    /// @param arrival draws orders of arrival
    record Unit(NumericMode mode, MatrixRule rule, Counts counts, SplittableRandom arrival) {}

    /// What becomes of a tensor's elements, and who multiplies them.
    ///
    /// @param format of the operands
    /// @param onCores whether FP32 cores multiply, not the matrix unit
    /// @param halves whether FP32 is rounded to FP16
    record Way(OperandFormat format, boolean onCores, boolean halves) {}

    /// @param columns at most, of one call
    Multiplier(Unit unit, Way way, KOrder order, int leftLength, int rightLength, int columns) {
        this.unit = unit;
        cast = new OperandCast(way.format, unit.rule, way.halves);
        kernel = way.onCores ? new FmaKernel(order) : kernel(way, order, columns);
        left = new float[leftLength];
        right = new float[rightLength + DotKernel.SLACK];
        slices = slices(order.ends().length);
        partial = new float[slices.length > 1 ? columns : 0];
    }

    private DotKernel kernel(Way way, KOrder order, int columns) {
        MatrixRule rule = unit.rule;
        Counts counts = unit.counts;
        OracleKernel oracle = new OracleKernel(order, new BlockDot(way.format, rule), cast);
        if (rule.flushInputs() || rule.flushOutputs() || rule.halfAccumulator()) {
            return oracle;
        }
        if (TruncatedKernel.takes(rule, way.format)) {
            return new TruncatedKernel(order, way.format, rule, columns, oracle, counts);
        }
        if (ExactKernel.takes(rule)) {
            return new ExactKernel(order, way.format, rule, columns, oracle, counts);
        }
        return PairsKernel.takes(rule) ? new PairsKernel(order, rule.products(way.format), columns) : oracle;
    }

    private int[] slices(int steps) {
        int split = unit.rule.splitK();
        int wanted = unit.mode.deterministic() ? split : Math.max(split, ARRIVING);
        int number = Math.min(wanted, steps);
        int[] ends = new int[number];
        for (int s = 0; s < number; s++) {
            ends[s] = (int) ((long) steps * (s + 1) / number);
        }
        return ends;
    }

    void left(float[] w) {
        cast.cast(left, w, 0, left.length);
    }

    void right(float[] x, int from) {
        int length = right.length - DotKernel.SLACK;
        cast.cast(right, x, from, length);
        kernel.right(right, length);
    }

    /// Computes a row in places.
    ///
    /// @param from where the row begins in the left operand
    /// @param places how many runs of columns
    /// @param y receives a run for each place
    /// @param yAt where the first goes
    /// @param columns of a run
    /// @param pitch what is added to the columns of the right operand from place to place
    void row(int from, int places, float[] y, int yAt, int columns, int pitch) {
        int[] order = order();
        for (int i = 0; i < order.length; i++) {
            kernel.left(left, from, order[i] == 0 ? 0 : slices[order[i] - 1], slices[order[i]]);
            for (int place = 0; place < places; place++) {
                int at = yAt + place * columns;
                if (slices.length == 1) {
                    kernel.multiply(y, at, columns, place * pitch);
                } else {
                    kernel.multiply(partial, 0, columns, place * pitch);
                    add(y, at, columns, i == 0);
                }
            }
        }
    }

    private int[] order() {
        if (!unit.mode.deterministic() && slices.length > 1) {
            return Orders.permutation(unit.arrival, slices.length);
        }
        int[] ascending = new int[slices.length];
        for (int s = 0; s < ascending.length; s++) {
            ascending[s] = s;
        }
        return ascending;
    }

    private void add(float[] y, int at, int columns, boolean first) {
        ElementType type = unit.rule.partials();
        for (int j = 0; j < columns; j++) {
            float stored = stored(partial[j], type);
            y[at + j] = first ? stored : stored(y[at + j] + stored, type);
        }
    }

    private static float stored(float sum, ElementType type) {
        return type == ElementType.FP32 ? sum : (float) type.round(sum);
    }
}

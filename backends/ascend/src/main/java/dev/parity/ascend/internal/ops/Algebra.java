package dev.parity.ascend.internal.ops;

import static dev.parity.ascend.internal.cann.DataType.BOOL;
import static dev.parity.ascend.internal.cann.DataType.DOUBLE;
import static dev.parity.ascend.internal.cann.DataType.FLOAT;
import static dev.parity.ascend.internal.cann.DataType.INT32;

import dev.parity.ascend.internal.cann.DataType;
import dev.parity.ascend.internal.ops.Operand.Ints;
import dev.parity.ascend.internal.ops.Operand.Scalar;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/// Operators of aclnn whose results are defined for every number, each with its result in scratch memory. Extents of 1
/// are stretched, as NumPy does. Where aclnn leaves something open, such as which of equal values is the largest or
/// where NaN stands, it is composed of what is not open.
final class Algebra {
    private final Commands commands;
    /// Less than any number that the device has.
    private final float lowest;

    Algebra(Commands commands, boolean saturates) {
        this.commands = commands;
        lowest = saturates ? -Float.MAX_VALUE : Float.NEGATIVE_INFINITY;
    }

    private View scratch(DataType type, View... stretched) {
        int rank = stretched[0].rank();
        List<Integer> shape = new ArrayList<>();
        for (int axis = 0; axis < rank; axis++) {
            int extent = 1;
            for (View view : stretched) {
                extent = Math.max(extent, view.extent(axis));
            }
            shape.add(extent);
        }
        return commands.scratch(type, shape);
    }

    // Numbers

    View add(View a, View b) {
        View y = scratch(a.type(), a, b);
        add(a, b, y);
        return y;
    }

    void add(View a, View b, View y) {
        commands.call("aclnnAdd", a, b, Scalar.of(1), y);
    }

    View sub(View a, View b) {
        View y = scratch(FLOAT, a, b);
        commands.call("aclnnSub", a, b, Scalar.of(1), y);
        return y;
    }

    View mul(View a, View b) {
        View y = scratch(FLOAT, a, b);
        mul(a, b, y);
        return y;
    }

    void mul(View a, View b, View y) {
        commands.call("aclnnMul", a, b, y);
    }

    View div(View a, View b) {
        View y = scratch(FLOAT, a, b);
        commands.call("aclnnDiv", a, b, y);
        return y;
    }

    /// Divides by a number, never by a product with its reciprocal.
    View div(View a, float by) {
        return div(a, constant(a.rank(), by));
    }

    View times(View a, double factor) {
        View y = scratch(a.type(), a);
        commands.call("aclnnMuls", a, new Scalar(factor, a.type()), y);
        return y;
    }

    View plus(View a, double term) {
        View y = scratch(a.type(), a);
        commands.call("aclnnAdds", a, new Scalar(term, a.type()), new Scalar(1, a.type()), y);
        return y;
    }

    /// Computes 1 + x·factor in FP64, rounded once.
    View onePlus(View x, double factor) {
        return cast(plus(times(cast(x, DOUBLE), factor), 1), FLOAT);
    }

    View sqrt(View a) {
        View y = scratch(FLOAT, a);
        commands.call("aclnnSqrt", a, y);
        return y;
    }

    View exp(View a) {
        View y = scratch(FLOAT, a);
        commands.call("aclnnExp", a, y);
        return y;
    }

    View log(View a) {
        View y = scratch(FLOAT, a);
        commands.call("aclnnLog", a, y);
        return y;
    }

    // Layouts and types

    /// Makes elements lie side by side.
    View packed(View a) {
        if (a.isContiguous()) {
            return a;
        }
        View y = commands.scratch(a.type(), a.shape());
        copy(a, y);
        return y;
    }

    void copy(View from, View to) {
        commands.call("aclnnInplaceCopy", to, from);
    }

    void clear(View y) {
        commands.call("aclnnInplaceZero", y);
    }

    View cast(View a, DataType to) {
        if (a.type() == to) {
            return a;
        }
        View y = commands.scratch(to, a.shape());
        cast(a, y);
        return y;
    }

    void cast(View a, View y) {
        commands.call("aclnnCast", a, y.type().acl(), y);
    }

    /// Makes FP32 of any type.
    View wide(View a) {
        return cast(a, FLOAT);
    }

    /// Writes a result, rounded once; the target may have another shape of the same size.
    void store(View result, View y) {
        View target = y.isContiguous() ? y.reshaped(result.shape().toArray(Integer[]::new)) : y;
        if (target.type() == result.type() || !target.isContiguous()) {
            copy(cast(result, target.type()), target);
        } else {
            cast(result, target);
        }
    }

    /// Makes a tensor of one number.
    View constant(int rank, float value) {
        return commands.constant(FLOAT, Collections.nCopies(rank, 1), List.of(value));
    }

    /// Makes a matrix of one row, or of one column, whose elements a function tells.
    View sequence(int rows, int columns, IntToDoubleFunction values) {
        List<Float> all = IntStream.range(0, rows * columns)
                .mapToObj(i -> (float) values.applyAsDouble(i))
                .toList();
        return commands.constant(FLOAT, List.of(rows, columns), all);
    }

    /// Makes the row 0, 1, ….
    View row(int columns) {
        return sequence(1, columns, i -> i);
    }

    // Comparisons

    private View compare(String name, View a, Object b, View... stretched) {
        View y = scratch(BOOL, stretched);
        commands.call(name, a, b, y);
        return y;
    }

    View greater(View a, View b) {
        return compare("aclnnGtTensor", a, b, a, b);
    }

    View less(View a, View b) {
        return compare("aclnnLtTensor", a, b, a, b);
    }

    View equal(View a, View b) {
        return compare("aclnnEqTensor", a, b, a, b);
    }

    View greater(View a, double b) {
        return compare("aclnnGtScalar", a, Scalar.of(b), a);
    }

    View atLeast(View a, double b) {
        return compare("aclnnGeScalar", a, Scalar.of(b), a);
    }

    View atMost(View a, double b) {
        return compare("aclnnLeScalar", a, Scalar.of(b), a);
    }

    View less(View a, double b) {
        return compare("aclnnLtScalar", a, Scalar.of(b), a);
    }

    View differs(View a, double b) {
        return compare("aclnnNeScalar", a, Scalar.of(b), a);
    }

    /// Only NaN differs from itself.
    View isNan(View a) {
        return compare("aclnnNeTensor", a, a, a);
    }

    View and(View a, View b) {
        return compare("aclnnLogicalAnd", a, b, a, b);
    }

    View or(View a, View b) {
        return compare("aclnnLogicalOr", a, b, a, b);
    }

    View not(View a) {
        View y = scratch(BOOL, a);
        commands.call("aclnnLogicalNot", a, y);
        return y;
    }

    View where(View condition, View a, View b) {
        View y = scratch(a.type(), condition, a, b);
        where(condition, a, b, y);
        return y;
    }

    void where(View condition, View a, View b, View y) {
        commands.call("aclnnSWhere", condition, a, b, y);
    }

    /// Returns a where the condition holds, and 0 elsewhere, also where a is NaN.
    View orZero(View condition, View a) {
        return where(condition, a, constant(a.rank(), 0));
    }

    // Reductions

    private View reduced(DataType type, View a, List<Integer> axes) {
        List<Integer> shape = new ArrayList<>(a.shape());
        axes.forEach(axis -> shape.set(axis, 1));
        return commands.scratch(type, shape);
    }

    View sum(View a, Integer... axes) {
        View y = reduced(FLOAT, a, List.of(axes));
        commands.call("aclnnReduceSum", a, Ints.of(axes), true, FLOAT.acl(), y);
        return y;
    }

    private View extreme(String name, View a) {
        View y = reduced(FLOAT, a, List.of(1));
        commands.call(name, a, Ints.of(1), true, y);
        return y;
    }

    /// Finds the largest value of each row.
    View largest(View a) {
        return extreme("aclnnAmax", a);
    }

    /// Sums from the first row of a matrix to each row.
    View running(View a) {
        View y = scratch(FLOAT, a);
        commands.call("aclnnCumsum", a, 0L, FLOAT.acl(), y);
        return y;
    }

    View allFinite(View a) {
        View finite = scratch(BOOL, a);
        commands.call("aclnnIsFinite", a, finite);
        View y = reduced(BOOL, a, List.of(0));
        commands.call("aclnnAll", finite, Ints.of(0), true, y);
        return y;
    }

    // Rows

    /// Finds where each row's largest element stands; the first one wins a tie, NaN is larger than all.
    View firstLargest(View x) {
        View nan = isNan(x);
        View clean = clean(x, nan);
        return firstOf(x.extent(1), nan, equal(clean, largest(clean)));
    }

    /// Finds the same among the elements that are allowed, at least one of a row.
    View firstLargest(View x, View allowed) {
        View nan = isNan(x);
        View clean = clean(x, or(nan, not(allowed)));
        return firstOf(x.extent(1), and(nan, allowed), and(equal(clean, largest(clean)), allowed));
    }

    private View clean(View x, View excluded) {
        return where(excluded, constant(2, lowest), x);
    }

    private View firstOf(int columns, View nan, View best) {
        View found = wide(nan);
        View anyNan = greater(largest(found), 0);
        View winners = greater(where(anyNan, found, wide(best)), 0);
        return extreme("aclnnAmin", where(winners, row(columns), constant(2, columns)));
    }

    /// Marks one column of each row.
    View oneHot(View index, int columns) {
        return equal(row(columns), index);
    }

    /// Takes the marked element of each row.
    View pick(View marked, View x) {
        return sum(orZero(marked, x), 1);
    }

    /// Gathers rows of a matrix, where row 0 stands for zeros.
    ///
    /// @param x matrix of any type
    /// @param index of as many rows as are made: 0, or 1 and the row
    View gather(View x, View index) {
        int rows = x.extent(0);
        View table = commands.scratch(x.type(), List.of(rows + 1, x.extent(1)));
        clear(table.slice(0, 0, 1));
        copy(x, table.slice(0, 1, rows));
        View y = commands.scratch(x.type(), List.of(index.size(), x.extent(1)));
        commands.call("aclnnIndexSelect", table, 0L, cast(index, INT32).reshaped(index.size()), y);
        return y;
    }
}

package dev.parity.cuda.internal.ops;

import dev.parity.cuda.internal.driver.Arguments.Struct;
import dev.parity.spi.Canonical;
import dev.parity.spi.ElementType;
import dev.parity.spi.Op;
import java.util.Arrays;
import java.util.List;

/// Element by element, and layouts.
final class ElementOps extends NodeOps {
    static final String FILE = "elements";
    /// Axes that a kernel takes.
    static final int AXES = 4;

    ElementOps(NodeOps other) {
        super(other);
    }

    void pair(String kernel) {
        commands.forEach(FILE, type(), kernel, size(0), x(0), x(1), y());
    }

    void scale(Op.Scale op) {
        commands.forEach(FILE, type(), "scale", size(0), x(0), y(), (float) op.factor());
    }

    void relu() {
        commands.forEach(FILE, type(), "relu", size(0), x(0), y());
    }

    void cast(ElementType to) {
        ElementType from = node.input(0).element();
        commands.forEach(FILE, from, castTo(to), size(0), x(0), y());
    }

    /// Names the kernel that makes another type of the one that its file is compiled for.
    static String castTo(ElementType to) {
        return "cast_to_" + Canonical.name(to);
    }

    void reshape() {
        commands.copy(x(0), y(), bytes(node.output()));
    }

    /// Integers travel as floats do: their bits are not looked at.
    void transpose(List<Integer> axes) {
        int[] strides = strides(node.input(0).shape().extents());
        int[] from = axes.stream().mapToInt(axis -> strides[axis]).toArray();
        ElementType type = type() == ElementType.INT32 ? ElementType.FP32 : type();
        Struct permutation = Struct.of(concat(
                padded(node.output().shape().extents().stream().mapToInt(i -> i).toArray(), 1), padded(from, 0)));
        commands.forEach(FILE, type, "transpose", size(0), x(0), y(), permutation);
    }

    void scaleRows(int column) {
        commands.forEach(FILE, type(), "scale_rows", size(0), x(0), x(1), y(), column, extent(1, 1), extent(0, 1));
    }

    void scaleRowsCoefficientGrad(Op.ScaleRowsCoefficientGrad op) {
        commands.forEach(
                FILE,
                type(),
                "scale_rows_coefficient_grad",
                extent(0, 0),
                x(0),
                x(1),
                y(),
                op.column(),
                op.columns(),
                extent(0, 1));
    }

    /// Returns how far apart neighbours along each axis are.
    static int[] strides(List<Integer> extents) {
        int[] strides = new int[extents.size()];
        int stride = 1;
        for (int axis = strides.length - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= extents.get(axis);
        }
        return strides;
    }

    /// Puts values before an axis list until it has as many as a kernel takes.
    static int[] padded(int[] values, int with) {
        int[] all = new int[AXES];
        Arrays.fill(all, with);
        System.arraycopy(values, 0, all, AXES - values.length, values.length);
        return all;
    }

    static int[] concat(int[]... parts) {
        return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
    }
}

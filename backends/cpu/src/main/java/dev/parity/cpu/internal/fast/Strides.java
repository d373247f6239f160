package dev.parity.cpu.internal.fast;

import dev.parity.spi.Shape;
import java.util.List;

/// Index arithmetic for row-major tensors.
public final class Strides {
    private Strides() {}

    /// Returns, for each element of a transposed tensor, the index of its source.
    static int[] transposed(Shape from, List<Integer> axes) {
        int[] stride = new int[from.rank()];
        int step = 1;
        for (int axis = from.rank() - 1; axis >= 0; axis--) {
            stride[axis] = step;
            step *= from.extent(axis);
        }
        int[] source = new int[from.size()];
        for (int i = 0; i < source.length; i++) {
            int rest = i;
            for (int axis = from.rank() - 1; axis >= 0; axis--) {
                int extent = from.extent(axes.get(axis));
                source[i] += rest % extent * stride[axes.get(axis)];
                rest /= extent;
            }
        }
        return source;
    }

    /// Returns, for each element of a tensor, the index of the element that a sum over axes adds it to.
    ///
    /// @param from shape of what is summed
    /// @param axes that are dropped
    /// @return row-major indices
    public static int[] reduced(Shape from, List<Integer> axes) {
        int[] target = new int[from.size()];
        for (int i = 0; i < target.length; i++) {
            int rest = i;
            int stride = 1;
            for (int axis = from.rank() - 1; axis >= 0; axis--) {
                int extent = from.extent(axis);
                if (!axes.contains(axis)) {
                    target[i] += rest % extent * stride;
                    stride *= extent;
                }
                rest /= extent;
            }
        }
        return target;
    }
}

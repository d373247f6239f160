package dev.parity.ascend.internal.ops;

import dev.parity.ascend.internal.cann.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Elements in a device's memory, as an operator is shown them.
///
/// @param address where the memory begins, aligned to 32 bytes
/// @param type of each element
/// @param shape extents of the axes
/// @param strides elements from one to the next along each axis
/// @param offset elements from the beginning to the first one
/// @param storage elements that the memory has
/// @param images whether the axes are images, channels, rows and columns to a convolution
record View(
        long address,
        DataType type,
        List<Integer> shape,
        List<Integer> strides,
        int offset,
        int storage,
        boolean images) {
    /// Copies the lists.
    View {
        shape = List.copyOf(shape);
        strides = List.copyOf(strides);
    }

    /// Shows memory whose elements lie side by side.
    static View of(long address, DataType type, List<Integer> shape) {
        return new View(address, type, shape, rowMajor(shape), 0, size(shape), false);
    }

    static int size(List<Integer> shape) {
        return shape.stream().mapToInt(extent -> extent).reduce(1, Math::multiplyExact);
    }

    private static List<Integer> rowMajor(List<Integer> shape) {
        Integer[] strides = new Integer[shape.size()];
        int stride = 1;
        for (int axis = strides.length - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= shape.get(axis);
        }
        return List.of(strides);
    }

    int size() {
        return size(shape);
    }

    int rank() {
        return shape.size();
    }

    /// Returns an extent; negative axes count from the last.
    int extent(int axis) {
        return shape.get(axis < 0 ? axis + rank() : axis);
    }

    long bytes() {
        return (long) size() * type.bytes();
    }

    boolean isContiguous() {
        return offset == 0 && storage == size() && strides.equals(rowMajor(shape));
    }

    /// Shows the same memory otherwise.
    View strided(List<Integer> to, List<Integer> by, int from) {
        return new View(address, type, to, by, from, storage, false);
    }

    /// Shows contiguous elements in another shape.
    View reshaped(Integer... to) {
        if (!isContiguous() || size(List.of(to)) != size()) {
            throw new IllegalArgumentException("%s cannot have the shape %s".formatted(this, List.of(to)));
        }
        return of(address, type, List.of(to));
    }

    View permuted(List<Integer> axes) {
        return strided(
                axes.stream().map(shape::get).toList(),
                axes.stream().map(strides::get).toList(),
                offset);
    }

    /// Swaps the last two axes.
    View transposed() {
        List<Integer> axes = new ArrayList<>(IntStream.range(0, rank()).boxed().toList());
        axes.add(rank() - 2, axes.removeLast());
        return permuted(axes);
    }

    /// Takes a range of an axis.
    View slice(int axis, int from, int length) {
        List<Integer> to = new ArrayList<>(shape);
        to.set(axis, length);
        return strided(to, strides, offset + from * strides.get(axis));
    }

    /// Takes one column of a matrix, as a matrix of one column.
    View column(int index) {
        return slice(1, index, 1);
    }

    /// Shows four axes to a convolution.
    View asImages() {
        return new View(address, type, shape, strides, offset, storage, true);
    }
}

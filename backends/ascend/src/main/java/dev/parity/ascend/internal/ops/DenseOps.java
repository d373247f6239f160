package dev.parity.ascend.internal.ops;

import static dev.parity.ascend.internal.cann.DataType.FLOAT;

import dev.parity.ascend.internal.cann.DataType;
import dev.parity.ascend.internal.ops.Operand.Absent;
import dev.parity.ascend.internal.ops.Operand.Flags;
import dev.parity.ascend.internal.ops.Operand.Ints;
import dev.parity.spi.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Matrix products and convolutions, by the cube unit.
final class DenseOps extends NodeOps {
    /// Terms that the cube unit takes at a time.
    private static final int BLOCK = 16;

    DenseOps(NodeOps other) {
        super(other);
    }

    void matMul(Op.MatMul op) {
        View a = op.transposeA() ? x(0).transposed() : x(0);
        View b = op.transposeB() ? x(1).transposed() : x(1);
        Optional<View> bias = Optional.empty();
        if (has(2)) {
            View c = x(2);
            bias = Optional.of(a.rank() == 2 ? c.reshaped(1, c.extent(0)) : c.reshaped(c.extent(0), 1, c.extent(1)));
        }
        product(a, b, bias, y(), way.matMul(y().type()));
    }

    /// Multiplies with one rounding of the result. A bias of FP32 is added afterwards; one of 16 bits is a block of
    /// terms of its own, multiplied by ones, so that the sum is not rounded before.
    private void product(View a, View b, Optional<View> bias, View y, byte cube) {
        String name = a.rank() == 2 ? "aclnnMatmul" : "aclnnBatchMatMul";
        if (bias.isEmpty()) {
            commands.call(name, a, b, y, cube);
        } else if (y.type() == FLOAT) {
            View sums = commands.scratch(FLOAT, y.shape());
            commands.call(name, a, b, sums, cube);
            algebra.add(sums, bias.get(), y);
        } else {
            int terms = (a.extent(-1) + BLOCK - 1) / BLOCK * BLOCK;
            View left = padded(a, a.rank() - 1, terms + BLOCK);
            View ones = algebra.cast(algebra.constant(a.rank(), 1), y.type());
            algebra.copy(ones, left.slice(a.rank() - 1, terms, 1));
            View right = padded(b, b.rank() - 2, terms + BLOCK);
            algebra.copy(bias.get(), right.slice(b.rank() - 2, terms, 1));
            commands.call(name, left, right, y, cube);
        }
    }

    /// Puts zeros behind an axis.
    private View padded(View x, int axis, int extent) {
        List<Integer> shape = new ArrayList<>(x.shape());
        shape.set(axis, extent);
        View y = commands.scratch(x.type(), shape);
        algebra.clear(y);
        algebra.copy(x, y.slice(axis, 0, x.extent(axis)));
        return y;
    }

    void conv() {
        DataType type = y().type();
        if (!way.soc().wide()) {
            convByProduct();
            return;
        }
        commands.call(
                "aclnnConvolution",
                x(0).asImages(),
                x(1).asImages(),
                x(2),
                Ints.of(1, 1),
                Ints.of(0, 0),
                Ints.of(1, 1),
                false,
                Ints.of(0, 0),
                1L,
                y().asImages(),
                way.conv(type));
    }

    /// The first generation has no convolution: patches of the image become rows of a matrix.
    private void convByProduct() {
        View x = x(0);
        View y = y();
        int kernel = extent(1, 2);
        int images = x.extent(0);
        int channels = x.extent(1);
        int rows = y.extent(2);
        int columns = y.extent(3);
        int outputs = y.extent(1);
        List<Integer> shape = List.of(images, rows, columns, channels, kernel, kernel);
        List<Integer> s = x.strides();
        View patches = commands.scratch(x.type(), shape);
        algebra.copy(x.strided(shape, List.of(s.get(0), s.get(2), s.get(3), s.get(1), s.get(2), s.get(3)), 0), patches);
        int terms = channels * kernel * kernel;
        int pixels = images * rows * columns;
        View made = commands.scratch(y.type(), List.of(pixels, outputs));
        View weights = x(1).reshaped(outputs, terms).transposed();
        Optional<View> bias = Optional.of(x(2).reshaped(1, outputs));
        product(patches.reshaped(pixels, terms), weights, bias, made, way.conv(y.type()));
        algebra.copy(made.reshaped(images, rows, columns, outputs).permuted(List.of(0, 3, 1, 2)), y);
    }

    void convInputGrad() {
        View x = commands.scratch(y().type(), y().shape()); // only its shape counts
        algebra.clear(x);
        backward(x(0), x, x(1), 0);
    }

    void convWeightGrad() {
        View w = commands.scratch(y().type(), y().shape());
        algebra.clear(w);
        backward(x(1), x(0), w, 1);
    }

    /// Computes one of the three gradients.
    private void backward(View dy, View x, View w, int wanted) {
        List<Object> gradients = new ArrayList<>(List.of(new Absent(), new Absent(), new Absent()));
        gradients.set(wanted, y().asImages());
        commands.call(
                "aclnnConvolutionBackward",
                dy.asImages(),
                x.asImages(),
                w.asImages(),
                Ints.of(w.extent(0)),
                Ints.of(1, 1),
                Ints.of(0, 0),
                Ints.of(1, 1),
                false,
                Ints.of(0, 0),
                1,
                new Flags(List.of(wanted == 0, wanted == 1, false)),
                way.conv(y().type()),
                gradients.get(0),
                gradients.get(1),
                gradients.get(2));
    }
}

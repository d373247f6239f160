package dev.parity.cuda.internal.ops;

import dev.parity.cuda.internal.driver.Arguments.Struct;
import dev.parity.cuda.internal.driver.Kernel.Geometry;
import dev.parity.spi.ElementType;
import dev.parity.spi.NumericMode;
import dev.parity.spi.NumericMode.OperandRounding;
import dev.parity.spi.Op;

/// Matrix products and convolutions by our own kernels.
final class DenseOps extends NodeOps {
    private static final String CONVOLUTION = "convolution";
    /// Results of a block along each edge, and its threads (products.cuh).
    private static final int EDGE = 32;

    private static final int THREADS = 128;
    /// Images times pixels in a slice of a weight gradient's sum: long enough to be worth a block.
    private static final int SLICE = 1024;

    private final NumericMode mode;

    DenseOps(NodeOps other, NumericMode mode) {
        super(other);
        this.mode = mode;
    }

    /// Which cores multiply: tensor cores, or for FP32 that is not rounded the others.
    private String cores(OperandRounding rounding) {
        return type() == ElementType.FP32 && rounding == OperandRounding.NONE ? "plain" : "tensor";
    }

    private static Geometry tiles(int rows, int columns, int depth) {
        return new Geometry((columns + EDGE - 1) / EDGE, (rows + EDGE - 1) / EDGE, depth, THREADS);
    }

    void matMul(Op.MatMul op) {
        int rows = node.output().shape().extent(-2);
        int columns = node.output().shape().extent(-1);
        int batch = shape(0).rank() == 3 ? extent(0, 0) : 1;
        int inner = extent(0, op.transposeA() ? -2 : -1);
        commands.launch(
                "matmul",
                type(),
                "matmul_" + cores(mode.matMulOperands()),
                tiles(rows, columns, batch),
                x(0),
                x(1),
                optional(2),
                y(),
                Struct.of(rows, inner, columns, op.transposeA() ? 1 : 0, op.transposeB() ? 1 : 0));
    }

    /// The extents that all three kernels of a convolution take.
    ///
    /// @param images N
    /// @param channels C
    /// @param height of x
    /// @param width of x
    /// @param outputs O
    /// @param kernel K
    private record Extents(int images, int channels, int height, int width, int outputs, int kernel) {
        int positions() {
            return images * (height - kernel + 1) * (width - kernel + 1);
        }

        int patches() {
            return channels * kernel * kernel;
        }

        Struct struct() {
            return Struct.of(images, channels, height, width, outputs, kernel);
        }
    }

    void conv() {
        Extents v = new Extents(extent(0, 0), extent(0, 1), extent(0, 2), extent(0, 3), extent(1, 0), extent(1, 2));
        Geometry geometry = tiles(v.positions(), v.outputs(), 1);
        String kernel = "conv_" + cores(mode.convOperands());
        commands.launch(CONVOLUTION, type(), kernel, geometry, x(0), x(1), x(2), y(), v.struct());
    }

    void convInputGrad() {
        int k = extent(1, 2);
        Extents v =
                new Extents(extent(0, 0), extent(1, 1), extent(0, 2) + k - 1, extent(0, 3) + k - 1, extent(1, 0), k);
        long columns = commands.scratch((long) v.positions() * v.patches() * ElementType.FP32.bytes());
        String kernel = "conv_columns_" + cores(mode.convOperands());
        Geometry geometry = tiles(v.positions(), v.patches(), 1);
        commands.launch(CONVOLUTION, type(), kernel, geometry, x(0), x(1), columns, v.struct());
        Geometry pixels = Geometry.of(Commands.blocks(node.output().shape().size()), THREADS);
        commands.launch(CONVOLUTION, type(), "gather_columns", pixels, columns, y(), v.struct());
    }

    /// Slices are added in order, or as they arrive if the mode does not ask for equal bits.
    void convWeightGrad() {
        int k = extent(0, 2) - extent(1, 2) + 1;
        Extents v = new Extents(extent(0, 0), extent(0, 1), extent(0, 2), extent(0, 3), extent(1, 1), k);
        int size = node.output().shape().size();
        int slices = (v.positions() + SLICE - 1) / SLICE;
        int kept = mode.deterministic() ? slices : 1;
        long sums = commands.scratch((long) kept * size * ElementType.FP32.bytes());
        String order = mode.deterministic() ? "slices_" : "arrival_";
        if (!mode.deterministic()) {
            commands.clear(sums, (long) size * ElementType.FP32.bytes());
        }
        String kernel = "conv_weight_" + order + cores(mode.convOperands());
        Geometry geometry = tiles(v.outputs(), v.patches(), slices);
        commands.launch(CONVOLUTION, type(), kernel, geometry, x(0), x(1), sums, SLICE, v.struct());
        commands.forEach(CONVOLUTION, type(), "sum_slices", size, sums, y(), kept);
    }
}

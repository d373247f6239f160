package dev.parity.cuda.internal.ops;

import dev.parity.cuda.internal.driver.Arguments.Struct;
import dev.parity.cuda.internal.driver.Kernel.Geometry;
import dev.parity.spi.ElementType;
import dev.parity.spi.NumericMode;
import dev.parity.spi.Op;
import java.util.List;
import java.util.stream.IntStream;

/// Sums over axes, statistics of gradients, and updates of weights.
final class UpdateOps extends NodeOps {
    private static final String STATISTICS = "statistics";
    private static final String OPTIMIZERS = "optimizers";
    /// Terms that one thread adds; longer sums take a block.
    private static final int SHORT = 64;
    /// Blocks that share a norm, and elements that are worth one.
    private static final int PARTS = 64;

    private static final int PART = 1024;

    private final NumericMode mode;

    UpdateOps(NodeOps other, NumericMode mode) {
        super(other);
        this.mode = mode;
    }

    void reduceSum(List<Integer> axes) {
        List<Integer> extents = shape(0).extents();
        int[] strides = ElementOps.strides(extents);
        int[] kept = IntStream.range(0, extents.size())
                .filter(axis -> !axes.contains(axis))
                .toArray();
        int[] summed = axes.stream().mapToInt(axis -> axis).toArray();
        Struct layout = Struct.of(ElementOps.concat(
                ElementOps.padded(of(kept, extents), 1),
                ElementOps.padded(of(kept, strides), 0),
                ElementOps.padded(of(summed, extents), 1),
                ElementOps.padded(of(summed, strides), 0)));
        int sums = node.output().shape().size();
        int terms = size(0) / sums;
        if (!mode.deterministic()) {
            long arrived = commands.scratch((long) sums * ElementType.FP32.bytes());
            commands.clear(arrived, (long) sums * ElementType.FP32.bytes());
            commands.launch(
                    STATISTICS,
                    type(),
                    "sum_axes_arrival",
                    Geometry.of(Commands.blocks(size(0)), LossOps.SUMMING),
                    x(0),
                    arrived,
                    layout,
                    terms,
                    sums);
            commands.forEach(ElementOps.FILE, ElementType.FP32, ElementOps.castTo(type()), sums, arrived, y());
        } else if (terms <= SHORT) {
            commands.forEach(STATISTICS, type(), "sum_axes_short", sums, x(0), y(), layout, terms);
        } else {
            Geometry blocks = Geometry.of(sums, LossOps.SUMMING);
            commands.launch(STATISTICS, type(), "sum_axes_long", blocks, x(0), y(), layout, terms, sums);
        }
    }

    private static int[] of(int[] axes, List<Integer> values) {
        return IntStream.of(axes).map(values::get).toArray();
    }

    private static int[] of(int[] axes, int[] values) {
        return IntStream.of(axes).map(axis -> values[axis]).toArray();
    }

    void nonFinite() {
        clearOutput();
        for (int t = 0; t < node.inputs().size(); t++) {
            ElementType type = node.input(t).element();
            if (type.isFloating()) {
                commands.forEach(STATISTICS, type, "find_non_finite", size(t), x(t), y());
            }
        }
    }

    void norm() {
        long parts = commands.scratch((long) PARTS * ElementType.FP32.bytes());
        for (int t = 0; t < node.inputs().size(); t++) {
            int blocks = Math.clamp((size(t) + PART - 1) / PART, 1, PARTS);
            Geometry geometry = Geometry.of(blocks, LossOps.SUMMING);
            long norm = y() + (long) t * ElementType.FP32.bytes();
            ElementType type = node.input(t).element();
            commands.launch(STATISTICS, type, "square_parts", geometry, x(t), parts, size(t));
            commands.launch(STATISTICS, type, "norm_of_parts", Geometry.of(1, 1), parts, norm, blocks);
        }
    }

    void adamW(Op.AdamW op) {
        Struct constants = new Struct(List.of(
                (float) op.beta1(),
                (float) (1 - op.beta1()),
                (float) op.beta2(),
                (float) (1 - op.beta2()),
                (float) op.epsilon(),
                op.weightDecay()));
        commands.forEach(
                OPTIMIZERS,
                node.input(3).element(),
                "adamw",
                size(0),
                x(0),
                x(1),
                x(2),
                x(3),
                x(4),
                y(0),
                y(1),
                y(2),
                constants);
    }

    void sgd(Op.Sgd op) {
        float momentum = (float) op.momentum();
        commands.forEach(
                OPTIMIZERS, node.input(2).element(), "sgd", size(0), x(0), x(1), x(2), x(3), y(0), y(1), momentum);
    }
}

package dev.parity.cuda.internal.ops;

import dev.parity.cuda.internal.driver.Kernel.Geometry;
import dev.parity.spi.ElementType;
import java.util.Arrays;

/// Pooling, softmax, cross entropy and the prediction.
final class LossOps extends NodeOps {
    private static final String FILE = "losses";
    private static final String POOLING = "pooling";
    /// Threads of a block that sums (parity.cuh, SUMMING).
    static final int SUMMING = 128;

    LossOps(NodeOps other) {
        super(other);
    }

    void maxPool(int window) {
        int windows = node.output().shape().size();
        commands.forEach(POOLING, type(), "max_pool", windows, x(0), y(), window, extent(0, 2), extent(0, 3));
    }

    void maxPoolGrad(int window) {
        clearOutput();
        commands.forEach(
                POOLING, type(), "max_pool_grad", size(0), x(0), x(1), y(), window, extent(1, 2), extent(1, 3));
    }

    /// A kernel that has a thread a row.
    private void rows(String kernel, int columns, int rows, Object... pointers) {
        Object[] arguments = Arrays.copyOf(pointers, pointers.length + 1);
        arguments[pointers.length] = columns;
        commands.forEach(FILE, node.input(0).element(), kernel, rows, arguments);
    }

    void softmax() {
        rows("softmax", extent(0, -1), size(0) / extent(0, -1), x(0), y());
    }

    void softmaxGrad() {
        rows("softmax_grad", extent(0, -1), size(0) / extent(0, -1), x(0), x(1), y());
    }

    void crossEntropy() {
        int tokens = extent(0, 0);
        long losses = commands.scratch((long) tokens * ElementType.FP32.bytes());
        rows("row_losses", extent(0, 1), tokens, x(0), x(1), losses);
        commands.launch(FILE, type(), "mean_loss", Geometry.of(1, SUMMING), losses, y(), tokens);
    }

    void crossEntropyGrad() {
        rows("cross_entropy_grad", extent(1, 1), extent(1, 0), x(0), x(1), x(2), y());
    }

    void argMax() {
        rows("arg_max", extent(0, 1), extent(0, 0), x(0), y());
    }
}

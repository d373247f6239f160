package dev.parity.ascend.internal.ops;

import dev.parity.ascend.internal.cann.DataType;
import java.util.List;

/// Pooling, softmax, cross entropy and the prediction.
final class LossOps extends NodeOps {
    LossOps(NodeOps other) {
        super(other);
    }

    /// Shows the windows of images as six axes: image, channel, row and column of windows, and those in a window.
    private static View windows(View images, int window) {
        List<Integer> s = images.strides();
        return images.strided(
                List.of(
                        images.extent(0),
                        images.extent(1),
                        images.extent(2) / window,
                        images.extent(3) / window,
                        window,
                        window),
                List.of(s.get(0), s.get(1), window * s.get(2), window * s.get(3), s.get(2), s.get(3)),
                0);
    }

    /// Makes a row of each window, in FP32.
    private View rows(View images, int window) {
        View packed = algebra.packed(windows(images, window));
        return algebra.wide(packed.reshaped(packed.size() / (window * window), window * window));
    }

    /// aclnn's pooling leaves NaN and equal values open, and knows no type on the first generation.
    void maxPool(int window) {
        View x = rows(x(0), window);
        View winner = algebra.oneHot(algebra.firstLargest(x), x.extent(1));
        algebra.store(algebra.pick(winner, x), y());
    }

    void maxPoolGrad(int window) {
        View x = rows(x(1), window);
        View winner = algebra.oneHot(algebra.firstLargest(x), x.extent(1));
        View dy = wide(0).reshaped(x.extent(0), 1);
        View dx = algebra.cast(algebra.orZero(winner, dy), y().type());
        View target = windows(y(), window);
        algebra.copy(dx.reshaped(target.shape().toArray(Integer[]::new)), target);
    }

    void softmax() {
        commands.call("aclnnSoftmax", x(0), -1L, y());
    }

    void softmaxGrad() {
        commands.call("aclnnSoftmaxBackward", x(0), x(1), -1L, y());
    }

    /// Computes log Σ exp of each row.
    private View logSumExp(View logits) {
        View largest = algebra.largest(logits);
        View sums = algebra.sum(algebra.exp(algebra.sub(logits, largest)), 1);
        return algebra.add(largest, algebra.log(sums));
    }

    private View labels(int index, int classes) {
        View labels = algebra.cast(x(index), DataType.FLOAT).reshaped(size(index), 1);
        return algebra.oneHot(labels, classes);
    }

    void crossEntropy() {
        View logits = wide(0);
        View found = algebra.pick(labels(1, logits.extent(1)), logits);
        View losses = algebra.sub(logSumExp(logits), found);
        algebra.store(algebra.div(algebra.sum(losses, 0), logits.extent(0)), y());
    }

    void crossEntropyGrad() {
        View logits = wide(1);
        View each = algebra.div(number(0), logits.extent(0));
        View softmax = algebra.exp(algebra.sub(logits, logSumExp(logits)));
        View target = algebra.wide(labels(2, logits.extent(1)));
        algebra.store(algebra.mul(each, algebra.sub(softmax, target)), y());
    }

    void argMax() {
        algebra.store(algebra.firstLargest(wide(0)), y());
    }
}

package dev.parity.cpu.internal.fast;

import dev.parity.spi.Node;
import java.util.Arrays;
import java.util.List;

/// Max-pooling.
final class PoolingLoops extends FloatNode {
    PoolingLoops(Node node, List<FloatTensor> in, List<FloatTensor> out) {
        super(node, in, out);
    }

    void maxPool(int window) {
        float[] a = x(0);
        float[] y = y();
        int width = node.output().shape().extent(3);
        for (int i = 0; i < y.length; i++) {
            y[i] = a[winner(a, width, window, i)];
        }
    }

    void maxPoolGrad(int window) {
        float[] dy = x(0);
        float[] a = x(1);
        float[] y = y();
        int width = extent(0, 3);
        Arrays.fill(y, 0);
        for (int i = 0; i < dy.length; i++) {
            y[winner(a, width, window, i)] = dy[i];
        }
    }

    private static int winner(float[] x, int width, int window, int index) {
        int first = index / width * window * width * window + index % width * window;
        int best = first;
        for (int i = 0; i < window; i++) {
            for (int at = first + i * width * window; at < first + i * width * window + window; at++) {
                if (x[at] > x[best] || (Float.isNaN(x[at]) && !Float.isNaN(x[best]))) {
                    best = at;
                }
            }
        }
        return best;
    }
}

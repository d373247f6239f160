package dev.parity.cpu.internal.golden;

import dev.parity.spi.Node;
import dev.parity.spi.Op;
import java.util.List;

/// What ranks exchange, statistics of gradients, and updates of weights.
final class UpdateLoops extends GoldenNode {
    UpdateLoops(Node node, List<DoubleTensor> in, List<DoubleTensor> out) {
        super(node, in, out);
    }

    void allReduce(List<List<DoubleTensor>> peers, Op.Reduction reduction) {
        copyAll(peers.getFirst());
        for (List<DoubleTensor> peer : peers.subList(1, peers.size())) {
            for (int t = 0; t < out.size(); t++) {
                double[] other = peer.get(t).values;
                double[] sum = out.get(t).values;
                for (int i = 0; i < sum.length; i++) {
                    sum[i] = switch (reduction) {
                        case SUM -> sum[i] + other[i];
                        case MAX -> Math.max(sum[i], other[i]);
                    };
                }
            }
        }
    }

    void allToAll(List<List<DoubleTensor>> peers, int position) {
        int block = y().length / peers.size();
        for (int i = 0; i < peers.size(); i++) {
            System.arraycopy(peers.get(i).getFirst().values, position * block, y(), i * block, block);
        }
    }

    void copyAll(List<DoubleTensor> from) {
        for (int t = 0; t < out.size(); t++) {
            from.get(t).read(out.get(t).values);
        }
    }

    void nonFinite() {
        y()[0] = 0;
        for (DoubleTensor tensor : in) {
            for (double value : tensor.values) {
                if (!Double.isFinite(value)) {
                    y()[0] = 1;
                }
            }
        }
    }

    void norm() {
        for (int t = 0; t < in.size(); t++) {
            double sum = 0;
            for (double value : x(t)) {
                sum += value * value;
            }
            y()[t] = Math.sqrt(sum);
        }
    }

    void adamW(Op.AdamW op) {
        double[] control = x(4);
        for (int i = 0; i < y().length; i++) {
            double gradient = x(3)[i] * control[0];
            double m = op.beta1() * x(1)[i] + (1 - op.beta1()) * gradient;
            double v = op.beta2() * x(2)[i] + (1 - op.beta2()) * gradient * gradient;
            double decayed = x(0)[i] * (1 - control[1] * op.weightDecay());
            y()[i] = decayed - control[1] / control[2] * m / (Math.sqrt(v) / control[3] + op.epsilon());
            out.get(1).values[i] = m;
            out.get(2).values[i] = v;
        }
    }

    void sgd(double momentum) {
        double[] control = x(3);
        for (int i = 0; i < y().length; i++) {
            double buffer = momentum * x(1)[i] + x(2)[i] * control[0];
            y()[i] = x(0)[i] - control[1] * buffer;
            out.get(1).values[i] = buffer;
        }
    }
}

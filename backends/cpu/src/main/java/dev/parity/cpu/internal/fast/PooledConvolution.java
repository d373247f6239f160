package dev.parity.cpu.internal.fast;

import dev.parity.cpu.internal.vector.VectorConvolution;
import dev.parity.cpu.internal.vector.VectorElements;
import dev.parity.spi.ElementType;
import dev.parity.spi.Node;
import dev.parity.spi.Op;
import dev.parity.spi.Program;
import dev.parity.spi.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A convolution, its Relu and its two-by-two max-pooling, computed together with their gradients.
///
/// Forward, only the pooled values and the places of the windows' winners are kept. Backward, at most one
/// element of a window has a gradient: the others would add nothing to the sums, and are left out. Where a
/// factor of theirs is not finite they would add NaN, and all are taken.
final class PooledConvolution {
    private final List<Node> nodes;
    private final Node pool;
    private final FloatConvolution sizes;
    private final int[] place;
    private final int[] corner;

    private PooledConvolution(List<Node> nodes, Node conv, Node pool) {
        this.nodes = List.copyOf(nodes);
        this.pool = pool;
        sizes = new FloatConvolution(conv.input(0).shape(), conv.input(1).shape());
        place = sizes.windowPlaces();
        corner = sizes.cornerPlaces();
    }

    /// Finds the groups of a program: their values between are read by no others.
    static List<PooledConvolution> find(Program program) {
        return program.nodes().stream()
                .filter(node -> node.op() instanceof Op.Conv2d)
                .flatMap(conv -> find(program, conv).stream())
                .toList();
    }

    private static Optional<PooledConvolution> find(Program program, Node conv) {
        List<Node> relus = readers(program, conv);
        if (relus.size() != 1 || !(relus.getFirst().op() instanceof Op.Relu)) {
            return Optional.empty();
        }
        Value activation = relus.getFirst().output();
        List<Node> nodes = new ArrayList<>(List.of(conv, relus.getFirst()));
        List<Node> pools = new ArrayList<>();
        for (Node reader : readers(program, relus.getFirst())) {
            if (reader.op() instanceof Op.MaxPool2d(int window) && window == 2) {
                pools.add(reader);
            } else if (reader.op() instanceof Op.MaxPool2dGrad(int window)
                    && window == 2
                    && reader.input(1).equals(activation)) {
                List<Node> back = readers(program, reader);
                if (back.size() != 1 || !(back.getFirst().op() instanceof Op.ReluGrad)) {
                    return Optional.empty();
                }
                nodes.add(reader);
                nodes.addAll(readers(program, back.getFirst()));
            } else if (reader.op() instanceof Op.ReluGrad) {
                nodes.add(reader);
            } else {
                return Optional.empty();
            }
        }
        nodes.addAll(pools);
        boolean fits = pools.size() == 1
                && nodes.stream()
                                .filter(node -> node.op() instanceof Op.MaxPool2dGrad)
                                .count()
                        <= 1
                && nodes.stream()
                                .filter(node -> node.op() instanceof Op.ReluGrad)
                                .count()
                        <= 1
                && nodes.stream().allMatch(PooledConvolution::isOne)
                && inner(nodes).noneMatch(program.outputs()::contains)
                && new FloatConvolution(conv.input(0).shape(), conv.input(1).shape()).isEven();
        return fits ? Optional.of(new PooledConvolution(nodes, conv, pools.getFirst())) : Optional.empty();
    }

    private static boolean isOne(Node node) {
        Op op = node.op();
        return op instanceof Op.Conv2d
                || op instanceof Op.Relu
                || op instanceof Op.MaxPool2d
                || op instanceof Op.MaxPool2dGrad
                || op instanceof Op.ReluGrad
                || op instanceof Op.Conv2dWeightGrad
                || op instanceof Op.Conv2dInputGrad
                || (op instanceof Op.ReduceSum(List<Integer> axes) && axes.equals(List.of(0, 2, 3)));
    }

    /// The values that are never computed.
    private static Stream<Value> inner(List<Node> nodes) {
        return nodes.stream()
                .filter(node -> node.op() instanceof Op.Conv2d
                        || node.op() instanceof Op.Relu
                        || node.op() instanceof Op.MaxPool2dGrad
                        || node.op() instanceof Op.ReluGrad)
                .map(Node::output);
    }

    private static List<Node> readers(Program program, Node node) {
        return program.nodes().stream()
                .filter(reader -> reader.inputs().contains(node.output()))
                .toList();
    }

    List<Node> nodes() {
        return nodes;
    }

    /// Plans the nodes of a group, which come in the order of the program.
    final class Planner {
        private final OpPlan ops;
        private final FloatMemory memory;
        private final float[] pooled;
        private final int[] winner;
        private final ConvolutionEvents events = ConvolutionEvents.winners(sizes);
        private final ConvolutionEvents all = ConvolutionEvents.all(sizes);
        private float[] dy = {};

        Planner(OpPlan ops, FloatMemory memory) {
            this.ops = ops;
            this.memory = memory;
            pooled = memory.defineLast(pool.output()).floats;
            winner = new int[pooled.length];
        }

        /// Plans one node; Relu and pool are computed with the convolution.
        void plan(Node node) {
            Op op = node.op();
            if (op instanceof Op.Conv2d) {
                forward(node);
            } else if (op instanceof Op.MaxPool2dGrad) {
                dy = memory.last(node, node.input(0)).floats;
            } else if (op instanceof Op.ReluGrad) {
                memory.add(node, this::gather);
            } else if (op instanceof Op.ReduceSum) {
                biasGrad(node);
            } else if (op instanceof Op.Conv2dWeightGrad) {
                weightGrad(node);
            } else if (op instanceof Op.Conv2dInputGrad) {
                inputGrad(node);
            }
        }

        private void forward(Node conv) {
            ConvolutionForward forward = ops.forward(sizes, conv);
            ElementType type = conv.output().element();
            int windows = sizes.windows;
            memory.add(conv, () -> {
                forward.begin();
                for (int r = 0; r < sizes.windowRows; r++) {
                    forward.row(r);
                    Storage.round(forward.corners(), 0, forward.corners().length, type);
                    for (int o = 0; o < sizes.outputs; o++) {
                        VectorConvolution.reluPool(
                                pooled,
                                winner,
                                index(o, r),
                                forward.corners(),
                                o * 4 * forward.stride(),
                                place,
                                r * sizes.windowRowPlace(),
                                corner,
                                windows);
                    }
                }
            });
        }

        /// Index of the first window of a row among all windows.
        private int index(int o, int r) {
            return (o * sizes.windowRows + r) * sizes.windows;
        }

        private void gather() {
            for (int i = 0; i < events.count.length; i++) {
                int at = i * events.stride;
                events.count[i] =
                        VectorConvolution.gather(events.g, events.place, at, dy, pooled, winner, at, sizes.windows);
            }
        }

        /// Sets all elements of the gradient, most of them to 0.
        private void scatter() {
            Arrays.fill(all.g, 0);
            for (int o = 0; o < sizes.outputs; o++) {
                for (int r = 0; r < sizes.windowRows; r++) {
                    for (int window = 0; window < sizes.windows; window++) {
                        int i = index(o, r) + window;
                        int won = winner[i] - r * sizes.windowRowPlace() - place[window];
                        for (int q = 0; q < corner.length; q++) {
                            if (won == corner[q] && pooled[i] > 0) {
                                all.g[4 * i + q] = dy[i];
                            }
                        }
                    }
                }
            }
        }

        private void weightGrad(Node node) {
            float[] x = ops.patches(node, sizes, node.input(0));
            float[] dw = memory.define(node.output()).floats;
            either(
                    node,
                    x,
                    new ConvolutionWeightGrad(sizes, events, x, dw),
                    new ConvolutionWeightGrad(sizes, all, x, dw));
            ops.round(node, List.of(memory.define(node.output())));
        }

        private void inputGrad(Node node) {
            float[] w = memory.rows(node, node.input(1)).floats;
            float[] dx = memory.defineLast(node.output()).floats;
            either(
                    node,
                    w,
                    new ConvolutionInputGrad(sizes, events, w, dx),
                    new ConvolutionInputGrad(sizes, all, w, dx));
            ops.round(node, List.of(memory.defineLast(node.output())));
        }

        /// Leaves out zeros only if the factor is finite everywhere.
        private void either(Node node, float[] factor, Runnable winnersOnly, Runnable everything) {
            memory.add(node, () -> {
                if (VectorElements.anyNonFinite(factor, 0, factor.length)) {
                    scatter();
                    everything.run();
                } else {
                    winnersOnly.run();
                }
            });
        }

        private void biasGrad(Node node) {
            float[] db = memory.define(node.output()).floats;
            float[] even = new float[VectorConvolution.padded(sizes.windows)];
            float[] odd = new float[even.length];
            memory.add(node, () -> {
                for (int o = 0; o < db.length; o++) {
                    Arrays.fill(even, 0);
                    Arrays.fill(odd, 0);
                    for (int r = 0; r < sizes.windowRows; r++) {
                        VectorConvolution.addToColumns(
                                even,
                                odd,
                                dy,
                                pooled,
                                winner,
                                index(o, r),
                                place,
                                r * sizes.windowRowPlace(),
                                corner,
                                sizes.windows);
                    }
                    db[o] = sizes.sumOfColumns(even, odd);
                }
            });
            ops.round(node, List.of(memory.define(node.output())));
        }
    }
}

package dev.parity.cpu.internal;

import dev.parity.spi.ElementType;
import dev.parity.spi.Node;
import dev.parity.spi.Op;
import dev.parity.spi.ProcessGroup;
import dev.parity.spi.Program;
import dev.parity.spi.Shape;
import dev.parity.spi.Support;
import dev.parity.spi.TensorType;
import dev.parity.spi.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The golden: plain loops in binary64, to be read next to the definition of each Op.
public final class GoldenKernels implements HostBackend.Kernels<DoubleTensor> {
    private final boolean stored;

    /// Makes a golden.
    ///
    /// @param stored whether each Op's output is rounded once to its type; otherwise nothing is rounded,
    ///     nor overflows
    public GoldenKernels(boolean stored) {
        this.stored = stored;
    }

    @Override
    public DoubleTensor allocate(TensorType type) {
        return new DoubleTensor(type, stored);
    }

    @Override
    public void copy(DoubleTensor from, DoubleTensor to) {
        from.read(to.values);
    }

    @Override
    public Support supports(ElementType type) {
        return new Support.Supported();
    }

    @Override
    public List<Step> plan(Program program, Map<Value, DoubleTensor> bound, Exchanges exchanges) {
        Map<Value, DoubleTensor> memory = new HashMap<>(bound);
        List<Step> steps = new ArrayList<>();
        for (Node node : program.nodes()) {
            List<DoubleTensor> in = node.inputs().stream().map(memory::get).toList();
            List<DoubleTensor> out = node.outputs().stream()
                    .map(value -> memory.computeIfAbsent(value, _ -> allocate(value.type())))
                    .toList();
            steps.add(new Step(node, step(node, in, out, exchanges)));
        }
        return steps;
    }

    private Runnable step(Node node, List<DoubleTensor> in, List<DoubleTensor> out, Exchanges exchanges) {
        Runnable exact = new Loops(node, in, out).of(node.op(), exchanges);
        if (!stored) {
            return exact;
        }
        return () -> {
            exact.run();
            for (DoubleTensor tensor : out) {
                ElementType type = tensor.type().element();
                for (int i = 0; i < tensor.values.length; i++) {
                    tensor.values[i] = type.round(tensor.values[i]);
                }
            }
        };
    }

    /// The loops of one node: `x(i)` is the array of its i-th input, `y()` that of its first output.
    private record Loops(Node node, List<DoubleTensor> in, List<DoubleTensor> out) {
        Runnable of(Op op, Exchanges exchanges) {
            return switch (op) {
                case Op.Add _ -> elementwise((a, b) -> a + b);
                case Op.Multiply _ -> elementwise((a, b) -> a * b);
                case Op.ReluGrad _ -> elementwise((dy, y) -> y > 0 ? dy : 0);
                case Op.Scale(double factor) -> map(x -> x * (float) factor);
                case Op.Relu _ -> map(x -> Double.isNaN(x) || x > 0 ? x : 0);
                case Op.Cast _, Op.Reshape _ -> map(x -> x);
                case Op.Transpose(List<Integer> axes) -> gather(Strides.transposed(shape(0), axes));
                case Op.MatMul matMul -> () -> matMul(matMul);
                case Op.ReduceSum(List<Integer> axes) -> {
                    int[] target = Strides.reduced(shape(0), axes);
                    yield () -> reduceSum(target);
                }
                case Op.Conv2d _ -> this::conv2d;
                case Op.Conv2dInputGrad _ -> this::conv2dInputGrad;
                case Op.Conv2dWeightGrad _ -> this::conv2dWeightGrad;
                case Op.MaxPool2d(int window) -> () -> maxPool(window);
                case Op.MaxPool2dGrad(int window) -> () -> maxPoolGrad(window);
                case Op.Softmax _ -> this::softmax;
                case Op.SoftmaxGrad _ -> this::softmaxGrad;
                case Op.CrossEntropy _ -> this::crossEntropy;
                case Op.CrossEntropyGrad _ -> this::crossEntropyGrad;
                case Op.ArgMax _ -> this::argMax;
                case Op.TopKGate gate -> () -> topKGate(gate);
                case Op.GateWeights _ -> this::gateWeights;
                case Op.GateWeightsGrad _ -> this::gateWeightsGrad;
                case Op.Dispatch dispatch -> () -> dispatch(dispatch.capacity());
                case Op.DispatchGrad _ -> this::dispatchGrad;
                case Op.Combine _ -> this::combine;
                case Op.CombineInputGrad combine -> () -> combineInputGrad(combine.capacity());
                case Op.CombineWeightGrad _ -> this::combineWeightGrad;
                case Op.LoadBalanceLoss _ -> this::loadBalanceLoss;
                case Op.LoadBalanceLossGrad _ -> this::loadBalanceLossGrad;
                case Op.ScaleRows(int column) -> () -> scaleRows(column);
                case Op.ScaleRowsCoefficientGrad scale -> () -> scaleRowsCoefficientGrad(scale.column());
                case Op.AllReduce(ProcessGroup group, Op.Reduction reduction) ->
                    exchanges.exchange(node, group, in, peers -> allReduce(peers, reduction));
                case Op.AllToAll(ProcessGroup group) -> {
                    int position = exchanges.position(group);
                    yield exchanges.exchange(node, group, in, peers -> allToAll(peers, position));
                }
                case Op.Broadcast(ProcessGroup group) ->
                    exchanges.exchange(node, group, in, peers -> copyAll(peers.getFirst()));
                case Op.NonFinite _ -> this::nonFinite;
                case Op.Norm _ -> this::norm;
                case Op.AdamW adam -> () -> adamW(adam);
                case Op.Sgd(double momentum) -> () -> sgd(momentum);
            };
        }

        private double[] x(int index) {
            return in.get(index).values;
        }

        private double[] y() {
            return out.getFirst().values;
        }

        private Shape shape(int index) {
            return node.input(index).shape();
        }

        private int extent(int index, int axis) {
            return shape(index).extent(axis);
        }

        private interface Unary {
            double of(double x);
        }

        private interface Binary {
            double of(double a, double b);
        }

        private Runnable map(Unary function) {
            return () -> Arrays.setAll(y(), i -> function.of(x(0)[i]));
        }

        private Runnable elementwise(Binary function) {
            return () -> Arrays.setAll(y(), i -> function.of(x(0)[i], x(1)[i]));
        }

        private Runnable gather(int[] source) {
            return () -> Arrays.setAll(y(), i -> x(0)[source[i]]);
        }

        private void matMul(Op.MatMul op) {
            Shape result = node.output().shape();
            int batch = result.rank() == 3 ? result.extent(0) : 1;
            int m = result.extent(-2);
            int n = result.extent(-1);
            int k = extent(0, op.transposeA() ? -2 : -1);
            for (int e = 0; e < batch; e++) {
                for (int i = 0; i < m; i++) {
                    for (int j = 0; j < n; j++) {
                        double sum = in.size() == 3 ? x(2)[e * n + j] : 0;
                        for (int l = 0; l < k; l++) {
                            double a = x(0)[e * m * k + (op.transposeA() ? l * m + i : i * k + l)];
                            double b = x(1)[e * k * n + (op.transposeB() ? j * k + l : l * n + j)];
                            sum += a * b;
                        }
                        y()[(e * m + i) * n + j] = sum;
                    }
                }
            }
        }

        private void reduceSum(int[] target) {
            Arrays.fill(y(), 0);
            for (int i = 0; i < target.length; i++) {
                y()[target[i]] += x(0)[i];
            }
        }

        /// Calls a body for every product of a convolution with the indices of x, w and y that it joins.
        private static void products(Shape x, Shape w, Shape y, Product body) {
            for (int n = 0; n < x.extent(0); n++) {
                for (int o = 0; o < w.extent(0); o++) {
                    for (int i = 0; i < y.extent(2); i++) {
                        for (int j = 0; j < y.extent(3); j++) {
                            int at = ((n * y.extent(1) + o) * y.extent(2) + i) * y.extent(3) + j;
                            for (int c = 0; c < x.extent(1); c++) {
                                for (int ky = 0; ky < w.extent(2); ky++) {
                                    for (int kx = 0; kx < w.extent(3); kx++) {
                                        int from =
                                                ((n * x.extent(1) + c) * x.extent(2) + i + ky) * x.extent(3) + j + kx;
                                        int weight = ((o * w.extent(1) + c) * w.extent(2) + ky) * w.extent(3) + kx;
                                        body.at(from, weight, at);
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }

        private interface Product {
            void at(int x, int w, int y);
        }

        private void conv2d() {
            Shape result = node.output().shape();
            int pixels = result.extent(2) * result.extent(3);
            Arrays.setAll(y(), i -> x(2)[i / pixels % result.extent(1)]);
            products(shape(0), shape(1), result, (x, w, y) -> y()[y] += x(0)[x] * x(1)[w]);
        }

        private void conv2dInputGrad() {
            Arrays.fill(y(), 0);
            products(node.output().shape(), shape(1), shape(0), (x, w, y) -> y()[x] += x(0)[y] * x(1)[w]);
        }

        private void conv2dWeightGrad() {
            Arrays.fill(y(), 0);
            products(shape(0), node.output().shape(), shape(1), (x, w, y) -> y()[w] += x(0)[x] * x(1)[y]);
        }

        /// Returns the index of the element that wins a window.
        private int winner(double[] x, Shape pooled, int window, int index) {
            int width = pooled.extent(3);
            int row = index / width;
            int best = -1;
            for (int i = 0; i < window; i++) {
                for (int j = 0; j < window; j++) {
                    int at = (row * window + i) * width * window + index % width * window + j;
                    if (best < 0 || x[at] > x[best] || (Double.isNaN(x[at]) && !Double.isNaN(x[best]))) {
                        best = at;
                    }
                }
            }
            return best;
        }

        private void maxPool(int window) {
            Arrays.setAll(y(), i -> x(0)[winner(x(0), node.output().shape(), window, i)]);
        }

        private void maxPoolGrad(int window) {
            Arrays.fill(y(), 0);
            for (int i = 0; i < x(0).length; i++) {
                y()[winner(x(1), shape(0), window, i)] += x(0)[i];
            }
        }

        private void softmax() {
            int columns = extent(0, -1);
            for (int row = 0; row < y().length; row += columns) {
                double largest = Double.NEGATIVE_INFINITY;
                for (int j = 0; j < columns; j++) {
                    largest = Math.max(largest, x(0)[row + j]);
                }
                double sum = 0;
                for (int j = 0; j < columns; j++) {
                    y()[row + j] = StrictMath.exp(x(0)[row + j] - largest);
                    sum += y()[row + j];
                }
                for (int j = 0; j < columns; j++) {
                    y()[row + j] /= sum;
                }
            }
        }

        private void softmaxGrad() {
            int columns = extent(0, -1);
            for (int row = 0; row < y().length; row += columns) {
                double dot = 0;
                for (int j = 0; j < columns; j++) {
                    dot += x(0)[row + j] * x(1)[row + j];
                }
                for (int j = 0; j < columns; j++) {
                    y()[row + j] = x(1)[row + j] * (x(0)[row + j] - dot);
                }
            }
        }

        /// Returns log Σ exp of a row.
        private static double logSumExp(double[] x, int row, int columns) {
            double largest = Double.NEGATIVE_INFINITY;
            for (int j = 0; j < columns; j++) {
                largest = Math.max(largest, x[row + j]);
            }
            double sum = 0;
            for (int j = 0; j < columns; j++) {
                sum += StrictMath.exp(x[row + j] - largest);
            }
            return largest + StrictMath.log(sum);
        }

        private void crossEntropy() {
            int columns = extent(0, 1);
            double sum = 0;
            for (int s = 0; s < extent(0, 0); s++) {
                sum += logSumExp(x(0), s * columns, columns) - x(0)[s * columns + (int) x(1)[s]];
            }
            y()[0] = sum / extent(0, 0);
        }

        private void crossEntropyGrad() {
            int tokens = extent(1, 0);
            int columns = extent(1, 1);
            for (int s = 0; s < tokens; s++) {
                double normaliser = logSumExp(x(1), s * columns, columns);
                for (int j = 0; j < columns; j++) {
                    double softmax = StrictMath.exp(x(1)[s * columns + j] - normaliser);
                    y()[s * columns + j] = x(0)[0] * (softmax - (j == (int) x(2)[s] ? 1 : 0)) / tokens;
                }
            }
        }

        private void argMax() {
            int columns = extent(0, 1);
            for (int s = 0; s < extent(0, 0); s++) {
                int best = 0;
                for (int j = 1; j < columns; j++) {
                    double candidate = x(0)[s * columns + j];
                    double record = x(0)[s * columns + best];
                    if (candidate > record || (Double.isNaN(candidate) && !Double.isNaN(record))) {
                        best = j;
                    }
                }
                y()[s] = best;
            }
        }

        private void topKGate(Op.TopKGate gate) {
            Router.Elements used = in.size() == 4 ? i -> x(3)[i] : _ -> 1;
            int[] expert = new int[y().length];
            int[] slot = new int[y().length];
            int[] counts = new int[extent(0, 1)];
            new Router(gate, extent(0, 0), extent(0, 1))
                    .route(i -> x(0)[i], i -> x(1)[i], i -> x(2)[i], used, expert, slot, counts);
            Arrays.setAll(out.get(0).values, i -> expert[i]);
            Arrays.setAll(out.get(1).values, i -> slot[i]);
            Arrays.setAll(out.get(2).values, i -> counts[i]);
        }

        private void gateWeights() {
            int experts = extent(0, 1);
            int k = extent(1, 1);
            Arrays.setAll(y(), i -> x(2)[i] < 0 ? 0 : x(0)[i / k * experts + (int) x(1)[i]]);
            if (k == 2) {
                for (int i = 0; i < y().length; i += 2) {
                    double sum = Math.max(y()[i] + y()[i + 1], 0x1p-23);
                    y()[i] /= sum;
                    y()[i + 1] /= sum;
                }
            }
        }

        private void gateWeightsGrad() {
            int experts = extent(1, 1);
            int k = extent(2, 1);
            Arrays.fill(y(), 0);
            for (int token = 0; token < extent(1, 0); token++) {
                double sum = 0;
                double dot = 0;
                for (int i = token * k; i < (token + 1) * k; i++) {
                    if (x(3)[i] >= 0) {
                        double gate = x(1)[token * experts + (int) x(2)[i]];
                        sum += gate;
                        dot += x(0)[i] * gate;
                    }
                }
                for (int i = token * k; i < (token + 1) * k; i++) {
                    if (x(3)[i] >= 0) {
                        // w = g/s with s = Σ g: dg = dw/s - Σ dw·g/s²; below the bound s is a constant
                        double gradient =
                                k == 1 ? x(0)[i] : sum > 0x1p-23 ? (x(0)[i] - dot / sum) / sum : x(0)[i] / 0x1p-23;
                        y()[token * experts + (int) x(2)[i]] += gradient;
                    }
                }
            }
        }

        /// A choice that was not dropped: token and slot as row indices.
        private interface Choice {
            void at(int choice, int token, int row);
        }

        private static void choices(double[] expert, double[] slot, int k, int capacity, Choice body) {
            for (int i = 0; i < expert.length; i++) {
                if (slot[i] >= 0) {
                    body.at(i, i / k, ((int) expert[i]) * capacity + (int) slot[i]);
                }
            }
        }

        private void dispatch(int capacity) {
            int m = extent(0, 1);
            Arrays.fill(y(), 0);
            choices(
                    x(1),
                    x(2),
                    extent(1, 1),
                    capacity,
                    (_, token, row) -> System.arraycopy(x(0), token * m, y(), row * m, m));
        }

        private void dispatchGrad() {
            int m = extent(0, 2);
            Arrays.fill(y(), 0);
            choices(x(1), x(2), extent(1, 1), extent(0, 1), (_, token, row) -> {
                for (int j = 0; j < m; j++) {
                    y()[token * m + j] += x(0)[row * m + j];
                }
            });
        }

        private void combine() {
            int m = extent(0, 2);
            Arrays.fill(y(), 0);
            choices(x(2), x(3), extent(2, 1), extent(0, 1), (i, token, row) -> {
                for (int j = 0; j < m; j++) {
                    y()[token * m + j] += x(1)[i] * x(0)[row * m + j];
                }
            });
        }

        private void combineInputGrad(int capacity) {
            int m = extent(0, 1);
            Arrays.fill(y(), 0);
            choices(x(2), x(3), extent(2, 1), capacity, (i, token, row) -> {
                for (int j = 0; j < m; j++) {
                    y()[row * m + j] = x(1)[i] * x(0)[token * m + j];
                }
            });
        }

        private void combineWeightGrad() {
            int m = extent(0, 1);
            Arrays.fill(y(), 0);
            choices(x(2), x(3), extent(2, 1), extent(1, 1), (i, token, row) -> {
                for (int j = 0; j < m; j++) {
                    y()[i] += x(0)[token * m + j] * x(1)[row * m + j];
                }
            });
        }

        /// Returns the share of tokens whose first choice is an expert.
        private static double share(double[] expert, int k, int tokens, int e) {
            int count = 0;
            for (int token = 0; token < tokens; token++) {
                count += expert[token * k] == e ? 1 : 0;
            }
            return (double) count / tokens;
        }

        private void loadBalanceLoss() {
            int tokens = extent(0, 0);
            int experts = extent(0, 1);
            double sum = 0;
            for (int e = 0; e < experts; e++) {
                double mean = 0;
                for (int token = 0; token < tokens; token++) {
                    mean += x(0)[token * experts + e] / tokens;
                }
                sum += mean * share(x(1), extent(1, 1), tokens, e);
            }
            y()[0] = experts * sum;
        }

        private void loadBalanceLossGrad() {
            int tokens = extent(1, 0);
            int experts = extent(1, 1);
            for (int e = 0; e < experts; e++) {
                double gradient = x(0)[0] * experts * share(x(2), extent(2, 1), tokens, e) / tokens;
                for (int token = 0; token < tokens; token++) {
                    y()[token * experts + e] = gradient;
                }
            }
        }

        private void scaleRows(int column) {
            int m = extent(0, 1);
            int columns = extent(1, 1);
            Arrays.setAll(y(), i -> x(0)[i] * x(1)[i / m * columns + column]);
        }

        private void scaleRowsCoefficientGrad(int column) {
            int m = extent(0, 1);
            int columns = node.output().shape().extent(1);
            Arrays.fill(y(), 0);
            for (int i = 0; i < x(0).length; i++) {
                y()[i / m * columns + column] += x(0)[i] * x(1)[i];
            }
        }

        private void allReduce(List<List<DoubleTensor>> peers, Op.Reduction reduction) {
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

        private void allToAll(List<List<DoubleTensor>> peers, int position) {
            int block = y().length / peers.size();
            for (int i = 0; i < peers.size(); i++) {
                System.arraycopy(peers.get(i).getFirst().values, position * block, y(), i * block, block);
            }
        }

        private void copyAll(List<DoubleTensor> from) {
            for (int t = 0; t < out.size(); t++) {
                from.get(t).read(out.get(t).values);
            }
        }

        private void nonFinite() {
            y()[0] = 0;
            for (DoubleTensor tensor : in) {
                for (double value : tensor.values) {
                    if (!Double.isFinite(value)) {
                        y()[0] = 1;
                    }
                }
            }
        }

        private void norm() {
            for (int t = 0; t < in.size(); t++) {
                double sum = 0;
                for (double value : x(t)) {
                    sum += value * value;
                }
                y()[t] = Math.sqrt(sum);
            }
        }

        private void adamW(Op.AdamW op) {
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

        private void sgd(double momentum) {
            double[] control = x(3);
            for (int i = 0; i < y().length; i++) {
                double buffer = momentum * x(1)[i] + x(2)[i] * control[0];
                y()[i] = x(0)[i] - control[1] * buffer;
                out.get(1).values[i] = buffer;
            }
        }
    }
}

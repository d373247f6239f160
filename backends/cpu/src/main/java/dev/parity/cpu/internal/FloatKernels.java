package dev.parity.cpu.internal;

import dev.parity.spi.ElementType;
import dev.parity.spi.Node;
import dev.parity.spi.NumericMode;
import dev.parity.spi.NumericMode.Summation;
import dev.parity.spi.Op;
import dev.parity.spi.ProcessGroup;
import dev.parity.spi.Shape;
import dev.parity.spi.Support;
import dev.parity.spi.TensorType;
import java.util.Arrays;
import java.util.List;

/// The fast path: FP32 arithmetic in the summation order of a [NumericMode], results rounded to FP16 or
/// BF16 as stored.
///
/// Exponentials and logarithms are computed in binary64 by [StrictMath] and rounded once, so that every
/// processor gives the same bits.
public final class FloatKernels implements HostBackend.Kernels<FloatTensor> {
    private static final int BLOCK = 16;

    private final NumericMode mode;

    /// Makes the kernels of a mode.
    ///
    /// @param mode how to compute; accumulation must be FP32
    public FloatKernels(NumericMode mode) {
        if (mode.accumulation() != ElementType.FP32) {
            throw new IllegalArgumentException("the fast path accumulates in FP32, not in " + mode.accumulation());
        }
        this.mode = mode;
    }

    @Override
    public FloatTensor allocate(TensorType type) {
        if (supports(type.element()) instanceof Support.Unsupported(String reason)) {
            throw new IllegalArgumentException("cannot hold %s: %s".formatted(type, reason));
        }
        return new FloatTensor(type);
    }

    @Override
    public void copy(FloatTensor from, FloatTensor to) {
        System.arraycopy(from.floats, 0, to.floats, 0, from.floats.length);
        System.arraycopy(from.ints, 0, to.ints, 0, from.ints.length);
    }

    @Override
    public Support supports(ElementType type) {
        return switch (type) {
            case FP32, BF16, FP16, INT32 -> new Support.Supported();
            case FP64 -> new Support.Unsupported("the fast path computes in FP32; use cpu-fp64");
            case UINT8 -> new Support.Unsupported("no Op computes in UINT8");
        };
    }

    @Override
    public Runnable step(Node node, List<FloatTensor> in, List<FloatTensor> out, Rank rank) {
        Runnable loops = new Step(node, in, out, mode).of(node.op(), rank);
        ElementType type = node.output().element();
        if (!isRounded(node.op()) || type == ElementType.FP32 || !type.isFloating()) {
            return loops;
        }
        return () -> {
            loops.run();
            for (FloatTensor tensor : out) {
                Storage.round(tensor.floats, type, mode.overflow(), rank);
            }
        };
    }

    /// Ops that only move values, or round by themselves, need no rounding after them.
    private static boolean isRounded(Op op) {
        return !(op instanceof Op.Relu
                || op instanceof Op.ReluGrad
                || op instanceof Op.Reshape
                || op instanceof Op.Transpose
                || op instanceof Op.MaxPool2d
                || op instanceof Op.Dispatch
                || op instanceof Op.AllToAll
                || op instanceof Op.Broadcast
                || op instanceof Op.AllReduce);
    }

    private record Step(Node node, List<FloatTensor> in, List<FloatTensor> out, NumericMode mode) {
        Runnable of(Op op, Rank rank) {
            return switch (op) {
                case Op.Add _ -> this::add;
                case Op.Multiply _ -> this::multiply;
                case Op.Scale(double factor) -> () -> scale((float) factor);
                case Op.Relu _ -> this::relu;
                case Op.ReluGrad _ -> this::reluGrad;
                case Op.Cast _ -> this::cast;
                case Op.Reshape _ -> this::copy;
                case Op.Transpose(List<Integer> axes) -> transpose(axes);
                case Op.MatMul matMul -> new FloatMatMul(node, matMul, in, out.getFirst(), mode.summation());
                case Op.ReduceSum(List<Integer> axes) -> reduceSum(axes);
                case Op.Conv2d _ -> FloatConv.forward(node, x(0), x(1), x(2), y(), mode.summation());
                case Op.Conv2dInputGrad _ -> FloatConv.inputGrad(node, x(0), x(1), y(), mode.summation());
                case Op.Conv2dWeightGrad _ -> FloatConv.weightGrad(node, x(0), x(1), y(), mode.summation());
                case Op.MaxPool2d(int window) -> () -> maxPool(window);
                case Op.MaxPool2dGrad(int window) -> () -> maxPoolGrad(window);
                case Op.Softmax _ -> this::softmax;
                case Op.SoftmaxGrad _ -> this::softmaxGrad;
                case Op.CrossEntropy _ -> this::crossEntropy;
                case Op.CrossEntropyGrad _ -> this::crossEntropyGrad;
                case Op.ArgMax _ -> this::argMax;
                case Op.TopKGate gate -> topKGate(gate);
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
                case Op.AllReduce(ProcessGroup group, Op.Reduction reduction) -> allReduce(group, reduction, rank);
                case Op.AllToAll(ProcessGroup group) -> {
                    int position = group.of(rank.index).indexOf(rank.index);
                    yield rank.communicator.exchange(group, rank.index, in, peers -> allToAll(peers, position));
                }
                case Op.Broadcast(ProcessGroup group) ->
                    rank.communicator.exchange(group, rank.index, in, peers -> copyAll(peers.getFirst()));
                case Op.NonFinite _ -> () -> nonFinite(rank);
                case Op.Norm _ -> this::norm;
                case Op.AdamW adam -> () -> adamW(adam);
                case Op.Sgd(double momentum) -> () -> sgd((float) momentum);
            };
        }

        private float[] x(int index) {
            return in.get(index).floats;
        }

        private int[] ints(int index) {
            return in.get(index).ints;
        }

        private float[] y() {
            return out.getFirst().floats;
        }

        private Shape shape(int index) {
            return node.input(index).shape();
        }

        private int extent(int index, int axis) {
            return shape(index).extent(axis);
        }

        private void add() {
            float[] a = x(0);
            float[] b = x(1);
            float[] y = y();
            for (int i = 0; i < y.length; i++) {
                y[i] = a[i] + b[i];
            }
        }

        private void multiply() {
            float[] a = x(0);
            float[] b = x(1);
            float[] y = y();
            for (int i = 0; i < y.length; i++) {
                y[i] = a[i] * b[i];
            }
        }

        private void scale(float factor) {
            float[] a = x(0);
            float[] y = y();
            for (int i = 0; i < y.length; i++) {
                y[i] = a[i] * factor;
            }
        }

        private void relu() {
            float[] a = x(0);
            float[] y = y();
            for (int i = 0; i < y.length; i++) {
                y[i] = Math.max(a[i], 0);
            }
        }

        private void reluGrad() {
            float[] dy = x(0);
            float[] a = x(1);
            float[] y = y();
            for (int i = 0; i < y.length; i++) {
                y[i] = a[i] > 0 ? dy[i] : 0;
            }
        }

        private void cast() {
            float[] y = y();
            int[] to = out.getFirst().ints;
            if (node.input(0).element().isFloating()) {
                System.arraycopy(x(0), 0, y, 0, y.length);
                for (int i = 0; i < to.length; i++) {
                    to[i] = (int) x(0)[i];
                }
            } else {
                System.arraycopy(ints(0), 0, to, 0, to.length);
                for (int i = 0; i < y.length; i++) {
                    y[i] = ints(0)[i];
                }
            }
        }

        private void copy() {
            System.arraycopy(x(0), 0, y(), 0, y().length);
            System.arraycopy(ints(0), 0, out.getFirst().ints, 0, ints(0).length);
        }

        private Runnable transpose(List<Integer> axes) {
            int[] source = Strides.transposed(shape(0), axes);
            return () -> {
                float[] a = x(0);
                float[] y = y();
                for (int i = 0; i < y.length; i++) {
                    y[i] = a[source[i]];
                }
            };
        }

        private Runnable reduceSum(List<Integer> axes) {
            int[] target = Strides.reduced(shape(0), axes);
            int block = mode.summation() == Summation.BLOCKED ? BLOCK : Integer.MAX_VALUE;
            float[] partial = new float[y().length];
            int[] terms = new int[y().length];
            return () -> {
                float[] a = x(0);
                float[] y = y();
                Arrays.fill(y, 0);
                Arrays.fill(partial, 0);
                Arrays.fill(terms, 0);
                for (int i = 0; i < a.length; i++) {
                    int t = target[i];
                    partial[t] += a[i];
                    if (++terms[t] == block) {
                        y[t] += partial[t];
                        partial[t] = 0;
                        terms[t] = 0;
                    }
                }
                Rows.add(y, 0, partial, y.length);
            };
        }

        private void maxPool(int window) {
            float[] a = x(0);
            float[] y = y();
            int width = node.output().shape().extent(3);
            for (int i = 0; i < y.length; i++) {
                y[i] = a[winner(a, width, window, i)];
            }
        }

        private void maxPoolGrad(int window) {
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

        private static float largest(float[] x, int row, int columns) {
            float largest = Float.NEGATIVE_INFINITY;
            for (int j = row; j < row + columns; j++) {
                largest = Math.max(largest, x[j]);
            }
            return largest;
        }

        private void softmax() {
            float[] a = x(0);
            float[] y = y();
            int columns = extent(0, -1);
            for (int row = 0; row < y.length; row += columns) {
                float largest = largest(a, row, columns);
                float sum = 0;
                for (int j = row; j < row + columns; j++) {
                    y[j] = (float) StrictMath.exp(a[j] - largest);
                    sum += y[j];
                }
                for (int j = row; j < row + columns; j++) {
                    y[j] /= sum;
                }
            }
        }

        private void softmaxGrad() {
            float[] dy = x(0);
            float[] a = x(1);
            float[] y = y();
            int columns = extent(0, -1);
            for (int row = 0; row < y.length; row += columns) {
                float dot = 0;
                for (int j = row; j < row + columns; j++) {
                    dot = Math.fma(dy[j], a[j], dot);
                }
                for (int j = row; j < row + columns; j++) {
                    y[j] = a[j] * (dy[j] - dot);
                }
            }
        }

        /// Returns log Σ exp of a row, in FP32.
        private static float logSumExp(float[] x, int row, int columns) {
            float largest = largest(x, row, columns);
            float sum = 0;
            for (int j = row; j < row + columns; j++) {
                sum += (float) StrictMath.exp(x[j] - largest);
            }
            return largest + (float) StrictMath.log(sum);
        }

        private void crossEntropy() {
            float[] logits = x(0);
            int columns = extent(0, 1);
            int tokens = extent(0, 0);
            float sum = 0;
            for (int s = 0; s < tokens; s++) {
                sum += logSumExp(logits, s * columns, columns) - logits[s * columns + ints(1)[s]];
            }
            y()[0] = sum / tokens;
        }

        private void crossEntropyGrad() {
            float[] logits = x(1);
            float[] y = y();
            int tokens = extent(1, 0);
            int columns = extent(1, 1);
            float each = x(0)[0] / tokens;
            for (int s = 0; s < tokens; s++) {
                float normaliser = logSumExp(logits, s * columns, columns);
                for (int j = 0; j < columns; j++) {
                    float softmax = (float) StrictMath.exp(logits[s * columns + j] - normaliser);
                    y[s * columns + j] = each * (softmax - (j == ints(2)[s] ? 1 : 0));
                }
            }
        }

        private void argMax() {
            float[] a = x(0);
            int columns = extent(0, 1);
            int[] y = out.getFirst().ints;
            for (int s = 0; s < y.length; s++) {
                int best = s * columns;
                for (int at = best + 1; at < (s + 1) * columns; at++) {
                    if (a[at] > a[best] || (Float.isNaN(a[at]) && !Float.isNaN(a[best]))) {
                        best = at;
                    }
                }
                y[s] = best - s * columns;
            }
        }

        private Runnable topKGate(Op.TopKGate gate) {
            Router router = new Router(gate, extent(0, 0), extent(0, 1));
            Router.Elements used = in.size() == 4 ? i -> x(3)[i] : _ -> 1;
            return () -> {
                int[] expert = out.get(0).ints;
                router.route(i -> x(0)[i], i -> x(1)[i], i -> x(2)[i], used, expert, out.get(1).ints, out.get(2).ints);
            };
        }

        private void gateWeights() {
            float[] gates = x(0);
            float[] y = y();
            int experts = extent(0, 1);
            int k = extent(1, 1);
            for (int i = 0; i < y.length; i++) {
                y[i] = ints(2)[i] < 0 ? 0 : gates[i / k * experts + ints(1)[i]];
            }
            if (k == 2) {
                for (int i = 0; i < y.length; i += 2) {
                    float sum = Math.max(y[i] + y[i + 1], 0x1p-23f);
                    y[i] /= sum;
                    y[i + 1] /= sum;
                }
            }
        }

        private void gateWeightsGrad() {
            float[] dw = x(0);
            float[] gates = x(1);
            float[] y = y();
            int experts = extent(1, 1);
            int k = extent(2, 1);
            Arrays.fill(y, 0);
            for (int token = 0; token < extent(1, 0); token++) {
                float sum = 0;
                float dot = 0;
                for (int i = token * k; i < (token + 1) * k; i++) {
                    if (ints(3)[i] >= 0) {
                        float gate = gates[token * experts + ints(2)[i]];
                        sum += gate;
                        dot = Math.fma(dw[i], gate, dot);
                    }
                }
                for (int i = token * k; i < (token + 1) * k; i++) {
                    if (ints(3)[i] >= 0) {
                        y[token * experts + ints(2)[i]] =
                                k == 1 ? dw[i] : sum > 0x1p-23f ? (dw[i] - dot / sum) / sum : dw[i] / 0x1p-23f;
                    }
                }
            }
        }

        private void dispatch(int capacity) {
            int m = extent(0, 1);
            int k = extent(1, 1);
            float[] y = y();
            Arrays.fill(y, 0);
            for (int i = 0; i < ints(1).length; i++) {
                if (ints(2)[i] >= 0) {
                    System.arraycopy(x(0), i / k * m, y, (ints(1)[i] * capacity + ints(2)[i]) * m, m);
                }
            }
        }

        private void dispatchGrad() {
            int m = extent(0, 2);
            int k = extent(1, 1);
            int capacity = extent(0, 1);
            float[] dy = x(0);
            float[] y = y();
            Arrays.fill(y, 0);
            for (int i = 0; i < ints(1).length; i++) {
                if (ints(2)[i] >= 0) {
                    int row = (ints(1)[i] * capacity + ints(2)[i]) * m;
                    for (int j = 0; j < m; j++) {
                        y[i / k * m + j] += dy[row + j];
                    }
                }
            }
        }

        private void combine() {
            int m = extent(0, 2);
            int k = extent(2, 1);
            int capacity = extent(0, 1);
            float[] experts = x(0);
            float[] weights = x(1);
            float[] y = y();
            Arrays.fill(y, 0);
            for (int i = 0; i < weights.length; i++) {
                if (ints(3)[i] >= 0) {
                    int row = (ints(2)[i] * capacity + ints(3)[i]) * m;
                    for (int j = 0; j < m; j++) {
                        y[i / k * m + j] = Math.fma(weights[i], experts[row + j], y[i / k * m + j]);
                    }
                }
            }
        }

        private void combineInputGrad(int capacity) {
            int m = extent(0, 1);
            int k = extent(2, 1);
            float[] dout = x(0);
            float[] weights = x(1);
            float[] y = y();
            Arrays.fill(y, 0);
            for (int i = 0; i < weights.length; i++) {
                if (ints(3)[i] >= 0) {
                    int row = (ints(2)[i] * capacity + ints(3)[i]) * m;
                    for (int j = 0; j < m; j++) {
                        y[row + j] = weights[i] * dout[i / k * m + j];
                    }
                }
            }
        }

        private void combineWeightGrad() {
            int m = extent(0, 1);
            int k = extent(2, 1);
            int capacity = extent(1, 1);
            float[] y = y();
            for (int i = 0; i < y.length; i++) {
                y[i] = ints(3)[i] < 0 ? 0 : dot(x(0), i / k * m, x(1), (ints(2)[i] * capacity + ints(3)[i]) * m, m);
            }
        }

        /// Computes a dot product in the mode's order.
        private float dot(float[] a, int atA, float[] b, int atB, int length) {
            int block = mode.summation() == Summation.BLOCKED ? BLOCK : length;
            float sum = 0;
            for (int first = 0; first < length; first += block) {
                float partial = 0;
                for (int j = first; j < Math.min(first + block, length); j++) {
                    partial = Math.fma(a[atA + j], b[atB + j], partial);
                }
                sum += partial;
            }
            return sum;
        }

        private static int count(int[] expert, int k, int wanted) {
            int count = 0;
            for (int i = 0; i < expert.length; i += k) {
                count += expert[i] == wanted ? 1 : 0;
            }
            return count;
        }

        private void loadBalanceLoss() {
            int tokens = extent(0, 0);
            int experts = extent(0, 1);
            float sum = 0;
            for (int e = 0; e < experts; e++) {
                float gates = 0;
                for (int token = 0; token < tokens; token++) {
                    gates += x(0)[token * experts + e];
                }
                sum += gates / tokens * ((float) count(ints(1), extent(1, 1), e) / tokens);
            }
            y()[0] = experts * sum;
        }

        private void loadBalanceLossGrad() {
            int tokens = extent(1, 0);
            int experts = extent(1, 1);
            for (int e = 0; e < experts; e++) {
                float share = (float) count(ints(2), extent(2, 1), e) / tokens;
                for (int token = 0; token < tokens; token++) {
                    y()[token * experts + e] = x(0)[0] * experts * share / tokens;
                }
            }
        }

        private void scaleRows(int column) {
            int m = extent(0, 1);
            int columns = extent(1, 1);
            float[] a = x(0);
            float[] c = x(1);
            float[] y = y();
            for (int i = 0; i < y.length; i++) {
                y[i] = a[i] * c[i / m * columns + column];
            }
        }

        private void scaleRowsCoefficientGrad(int column) {
            int m = extent(0, 1);
            int columns = node.output().shape().extent(1);
            Arrays.fill(y(), 0);
            for (int s = 0; s < extent(0, 0); s++) {
                y()[s * columns + column] = dot(x(0), s * m, x(1), s * m, m);
            }
        }

        private Runnable allReduce(ProcessGroup group, Op.Reduction reduction, Rank rank) {
            if (reduction == Op.Reduction.MAX) {
                return rank.communicator.exchange(group, rank.index, in, this::allReduceMax);
            }
            FloatSum sum = new FloatSum(node, mode, rank, group.size());
            return rank.communicator.exchange(group, rank.index, in, peers -> sum.of(peers, out));
        }

        private void allReduceMax(List<List<FloatTensor>> peers) {
            copyAll(peers.getFirst());
            for (List<FloatTensor> peer : peers) {
                for (int t = 0; t < out.size(); t++) {
                    float[] floats = out.get(t).floats;
                    int[] ints = out.get(t).ints;
                    for (int i = 0; i < floats.length; i++) {
                        floats[i] = Math.max(floats[i], peer.get(t).floats[i]);
                    }
                    for (int i = 0; i < ints.length; i++) {
                        ints[i] = Math.max(ints[i], peer.get(t).ints[i]);
                    }
                }
            }
        }

        private void allToAll(List<List<FloatTensor>> peers, int position) {
            int floats = y().length / peers.size();
            int ints = out.getFirst().ints.length / peers.size();
            for (int i = 0; i < peers.size(); i++) {
                FloatTensor peer = peers.get(i).getFirst();
                System.arraycopy(peer.floats, position * floats, y(), i * floats, floats);
                System.arraycopy(peer.ints, position * ints, out.getFirst().ints, i * ints, ints);
            }
        }

        private void copyAll(List<FloatTensor> from) {
            for (int t = 0; t < out.size(); t++) {
                System.arraycopy(from.get(t).floats, 0, out.get(t).floats, 0, out.get(t).floats.length);
                System.arraycopy(from.get(t).ints, 0, out.get(t).ints, 0, out.get(t).ints.length);
            }
        }

        private void nonFinite(Rank rank) {
            boolean found = rank.saturated;
            for (FloatTensor tensor : in) {
                found |= Storage.anyNonFinite(tensor.floats);
            }
            out.getFirst().ints[0] = found ? 1 : 0;
        }

        /// Squares are summed in 16 strided sums under [Summation#SEQUENTIAL], in blocks of 16 under
        /// [Summation#BLOCKED]; the binary32 root is exact to half an ulp.
        private void norm() {
            float[] lanes = new float[BLOCK];
            for (int t = 0; t < in.size(); t++) {
                float[] a = x(t);
                float sum;
                if (mode.summation() == Summation.BLOCKED) {
                    sum = dot(a, 0, a, 0, a.length);
                } else {
                    Arrays.fill(lanes, 0);
                    for (int i = 0; i < a.length; i++) {
                        lanes[i % BLOCK] = Math.fma(a[i], a[i], lanes[i % BLOCK]);
                    }
                    sum = Rows.fold(lanes, BLOCK);
                }
                y()[t] = (float) Math.sqrt(sum);
            }
        }

        private void adamW(Op.AdamW op) {
            float[] master = x(0);
            float[] gradient = x(3);
            float[] control = x(4);
            float[] y = y();
            float[] m = out.get(1).floats;
            float[] v = out.get(2).floats;
            float[] oldM = x(1);
            float[] oldV = x(2);
            float unscale = control[0];
            float beta1 = (float) op.beta1();
            float beta2 = (float) op.beta2();
            float rest1 = (float) (1 - op.beta1());
            float rest2 = (float) (1 - op.beta2());
            float keep = (float) (1 - (double) control[1] * op.weightDecay());
            float step = control[1] / control[2];
            float root2 = control[3];
            float epsilon = (float) op.epsilon();
            for (int i = 0; i < y.length; i++) {
                float g = gradient[i] * unscale;
                m[i] = beta1 * oldM[i] + rest1 * g;
                v[i] = beta2 * oldV[i] + rest2 * g * g;
                float denominator = (float) Math.sqrt(v[i]) / root2 + epsilon;
                y[i] = master[i] * keep - step * (m[i] / denominator);
            }
        }

        private void sgd(float momentum) {
            float[] master = x(0);
            float[] oldBuffer = x(1);
            float[] gradient = x(2);
            float unscale = x(3)[0];
            float rate = x(3)[1];
            float[] y = y();
            float[] buffer = out.get(1).floats;
            for (int i = 0; i < y.length; i++) {
                buffer[i] = momentum * oldBuffer[i] + gradient[i] * unscale;
                y[i] = master[i] - rate * buffer[i];
            }
        }
    }
}

package dev.parity.cpu.internal;

import dev.parity.cpu.internal.vector.VectorElements;
import dev.parity.spi.ElementType;
import dev.parity.spi.Node;
import dev.parity.spi.NumericMode;
import dev.parity.spi.NumericMode.Summation;
import dev.parity.spi.Op;
import dev.parity.spi.ProcessGroup;
import dev.parity.spi.Shape;
import java.util.Arrays;
import java.util.List;

/// FP32 loops of one node, not rounded to its type.
///
/// Exponentials and logarithms are computed in binary64 by [StrictMath] and rounded once, so that every
/// processor gives the same bits.
///
/// @param node what to compute
/// @param in its inputs
/// @param out its outputs
/// @param mode how to compute
record FloatLoops(Node node, List<FloatTensor> in, List<FloatTensor> out, NumericMode mode) {
    private static final int BLOCK = 16;

    /// Weights updated at a time.
    private static final int UPDATED = 1024;

    /// Ops that only move values, or round by themselves, need no rounding after them.
    static boolean keepsType(Op op) {
        return op instanceof Op.Relu
                || op instanceof Op.ReluGrad
                || op instanceof Op.Reshape
                || op instanceof Op.Transpose
                || op instanceof Op.MaxPool2d
                || op instanceof Op.MaxPool2dGrad
                || op instanceof Op.Dispatch
                || op instanceof Op.AllToAll
                || op instanceof Op.Broadcast
                || op instanceof Op.AllReduce;
    }

    /// Makes the loops of the node.
    Runnable of(Op op, Exchanges exchanges) {
        return switch (op) {
            case Op.Add _ -> () -> VectorElements.add(y(), x(0), x(1), 0, y().length);
            case Op.Multiply _ -> this::multiply;
            case Op.Scale(double factor) -> () -> VectorElements.scale(y(), x(0), (float) factor);
            case Op.Relu _ -> () -> VectorElements.relu(y(), x(0));
            case Op.ReluGrad _ -> () -> VectorElements.reluGrad(y(), x(0), x(1));
            case Op.Cast _ -> this::cast;
            case Op.Reshape _ -> this::copy;
            case Op.Transpose(List<Integer> axes) -> transpose(axes);
            case Op.MatMul _, Op.Conv2d _, Op.Conv2dInputGrad _, Op.Conv2dWeightGrad _ ->
                throw new IllegalStateException("planned elsewhere: " + node);
            case Op.ReduceSum(List<Integer> axes) -> reduceSum(axes);
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
            case Op.AllReduce(ProcessGroup group, Op.Reduction _) ->
                exchanges.exchange(node, group, in, this::allReduceMax); // sums are planned elsewhere
            case Op.AllToAll(ProcessGroup group) -> {
                int position = exchanges.position(group);
                yield exchanges.exchange(node, group, in, peers -> allToAll(peers, position));
            }
            case Op.Broadcast(ProcessGroup group) ->
                exchanges.exchange(node, group, in, peers -> copyAll(peers.getFirst()));
            case Op.NonFinite _ -> () -> nonFinite(exchanges.rank());
            case Op.Norm _ -> norm();
            case Op.AdamW adam -> () -> adamW(adam).run(0, y().length);
            case Op.Sgd(double momentum) -> () -> sgd((float) momentum, 0, y().length);
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

    private void multiply() {
        float[] a = x(0);
        float[] b = x(1);
        float[] y = y();
        for (int i = 0; i < y.length; i++) {
            y[i] = a[i] * b[i];
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
        boolean blocked = mode.summation() == Summation.BLOCKED;
        if (!blocked && axes.equals(List.of(0, 2, 3))) {
            return this::sumOfColumns;
        }
        if (!blocked && axes.size() == 1) {
            return () -> sumOfRows(axes.getFirst());
        }
        int[] target = Strides.reduced(shape(0), axes);
        int block = blocked ? BLOCK : Integer.MAX_VALUE;
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

    /// Sums each column of each image, then the columns, images innermost.
    private void sumOfColumns() {
        Shape images = shape(0);
        float[] a = x(0);
        float[] y = y();
        for (int c = 0; c < y.length; c++) {
            float sum = 0;
            for (int column = 0; column < images.extent(3); column++) {
                for (int n = 0; n < images.extent(0); n++) {
                    float part = 0;
                    for (int row = 0; row < images.extent(2); row++) {
                        part += a[((n * images.extent(1) + c) * images.extent(2) + row) * images.extent(3) + column];
                    }
                    sum += part;
                }
            }
            y[c] = sum;
        }
    }

    private void sumOfRows(int axis) {
        float[] a = x(0);
        float[] y = y();
        int rows = extent(0, axis);
        int length = 1;
        for (int later = axis + 1; later < shape(0).rank(); later++) {
            length *= extent(0, later);
        }
        Arrays.fill(y, 0);
        for (int at = 0; at < y.length; at += length) {
            for (int row = 0; row < rows; row++) {
                int from = (at * rows) + row * length;
                for (int j = 0; j < length; j++) {
                    y[at + j] += a[from + j];
                }
            }
        }
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
            found |= VectorElements.anyNonFinite(tensor.floats, 0, tensor.floats.length);
        }
        out.getFirst().ints[0] = found ? 1 : 0;
    }

    /// Squares are summed in [VectorElements#SUMS] strided sums under [Summation#SEQUENTIAL], in blocks of 16
    /// under [Summation#BLOCKED]; the binary32 root is exact to half an ulp.
    private Runnable norm() {
        float[] sums = new float[VectorElements.SUMS];
        return () -> {
            for (int t = 0; t < in.size(); t++) {
                float[] a = x(t);
                float sum;
                if (mode.summation() == Summation.BLOCKED) {
                    sum = dot(a, 0, a, 0, a.length);
                } else {
                    Arrays.fill(sums, 0);
                    VectorElements.sumOfSquares(sums, a);
                    sum = Rows.fold(sums, sums.length);
                }
                y()[t] = (float) Math.sqrt(sum);
            }
        };
    }

    /// Makes an optimizer's update that also leaves the new weights in their own type; block by block, so that
    /// they are still in the nearest cache.
    Runnable update(Op.Optimizer optimizer, FloatTensor weights) {
        int size = weights.floats.length;
        ElementType type = weights.type().element();
        return () -> {
            Range loops = switch (optimizer) {
                case Op.AdamW op -> adamW(op);
                case Op.Sgd(double momentum) -> (from, to) -> sgd((float) momentum, from, to);
            };
            int to;
            for (int from = 0; from < size; from = to) {
                to = Math.min(from + UPDATED, size);
                loops.run(from, to);
                System.arraycopy(y(), from, weights.floats, from, to - from);
                Storage.round(weights.floats, from, to, type);
            }
        };
    }

    /// Loops over a range of elements.
    private interface Range {
        void run(int from, int to);
    }

    private Range adamW(Op.AdamW op) {
        float[] control = x(4);
        VectorElements.Adam adam = new VectorElements.Adam(
                control[0],
                (float) op.beta1(),
                (float) (1 - op.beta1()),
                (float) op.beta2(),
                (float) (1 - op.beta2()),
                control[3],
                (float) op.epsilon(),
                (float) (1 - (double) control[1] * op.weightDecay()),
                control[1] / control[2]);
        double gain = adam.keep() >= 0.5f ? (double) adam.step() / adam.epsilon() : Double.POSITIVE_INFINITY;
        return (from, to) -> {
            float stuck = VectorElements.stuck(adam.beta1(), gain, x(0), from, to);
            float[] m = out.get(1).floats;
            float[] v = out.get(2).floats;
            VectorElements.adamW(y(), m, v, x(0), x(1), x(2), x(3), adam, stuck, from, to);
        };
    }

    private void sgd(float momentum, int from, int to) {
        float rate = x(3)[1];
        float stuck = VectorElements.stuck(momentum, rate, x(0), from, to);
        VectorElements.sgd(y(), out.get(1).floats, x(0), x(1), x(2), x(3)[0], momentum, rate, stuck, from, to);
    }
}

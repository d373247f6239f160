package dev.parity.spi;

import static dev.parity.spi.ElementType.FP32;
import static dev.parity.spi.ElementType.INT32;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;

/// Infers output types, Op by Op; the only place that knows what fits.
final class Inference {
    private final Op op;
    private final List<TensorType> inputs;

    private Inference(Op op, List<TensorType> inputs) {
        this.op = op;
        this.inputs = inputs;
    }

    static List<TensorType> infer(Op op, List<TensorType> inputs) {
        return new Inference(op, List.copyOf(inputs)).outputs();
    }

    private List<TensorType> outputs() {
        return switch (op) {
            case Op.Add _, Op.Multiply _, Op.ReluGrad _, Op.SoftmaxGrad _ -> {
                count(2);
                check(shape(1).equals(shape(0)), "shapes must be equal");
                yield List.of(sameElement());
            }
            case Op.Scale _, Op.Relu _, Op.Softmax _ -> {
                count(1);
                if (op instanceof Op.Softmax) {
                    check(shape(0).rank() >= 1, "a scalar has no last axis");
                }
                yield List.of(sameElement());
            }
            case Op.Cast cast -> {
                count(1);
                yield List.of(inputs.getFirst().as(cast.to()));
            }
            case Op.Reshape reshape -> {
                count(1);
                check(shape(0).size() == reshape.to().size(), "sizes must be equal");
                yield List.of(new TensorType(element(0), reshape.to()));
            }
            case Op.Transpose transpose -> List.of(transpose(transpose.axes()));
            case Op.MatMul matMul -> List.of(matMul(matMul));
            case Op.ReduceSum sum -> List.of(reduceSum(sum.axes()));
            case Op.Conv2d _ -> {
                count(3);
                rank(0, 4);
                square(1);
                check(extent(0, 1) == extent(1, 1), "channels must be equal");
                check(shape(2).equals(Shape.of(extent(1, 0))), "bias must have one value an output channel");
                int k = extent(1, 2);
                check(extent(0, 2) >= k && extent(0, 3) >= k, "the kernel is larger than the image");
                sameElement();
                yield List.of(like(0, extent(0, 0), extent(1, 0), extent(0, 2) - k + 1, extent(0, 3) - k + 1));
            }
            case Op.Conv2dInputGrad _ -> {
                count(2);
                rank(0, 4);
                square(1);
                check(extent(0, 1) == extent(1, 0), "channels must be equal");
                sameElement();
                int k = extent(1, 2);
                yield List.of(like(0, extent(0, 0), extent(1, 1), extent(0, 2) + k - 1, extent(0, 3) + k - 1));
            }
            case Op.Conv2dWeightGrad _ -> {
                count(2);
                rank(0, 4);
                rank(1, 4);
                int k = extent(0, 2) - extent(1, 2) + 1;
                check(extent(0, 0) == extent(1, 0), "batches must be equal");
                check(k >= 1 && k == extent(0, 3) - extent(1, 3) + 1, "the kernel must be square");
                sameElement();
                yield List.of(like(0, extent(1, 1), extent(0, 1), k, k));
            }
            case Op.MaxPool2d(int window) -> {
                count(1);
                yield List.of(pooled(0, window));
            }
            case Op.MaxPool2dGrad(int window) -> {
                count(2);
                check(shape(0).equals(pooled(1, window).shape()), "the gradient must have the output's shape");
                sameElement();
                yield List.of(inputs.get(1));
            }
            case Op.CrossEntropy _ -> {
                count(2);
                labels(0, 1);
                yield List.of(like(0));
            }
            case Op.CrossEntropyGrad _ -> {
                count(3);
                labels(1, 2);
                scalar(0);
                check(element(0) == element(1), "the gradient must have the logits' type");
                yield List.of(inputs.get(1));
            }
            case Op.ArgMax _ -> {
                count(1);
                rank(0, 2);
                yield List.of(TensorType.of(INT32, extent(0, 0)));
            }
            case Op.TopKGate gate -> topKGate(gate);
            case Op.GateWeights _ -> {
                count(3);
                gates(0);
                routing(1, 2, extent(0, 0));
                yield List.of(inputs.get(1).as(FP32));
            }
            case Op.GateWeightsGrad _ -> {
                count(4);
                gates(1);
                routing(2, 3, extent(1, 0));
                check(inputs.getFirst().equals(inputs.get(2).as(FP32)), "dweights must be FP32 [S,k]");
                yield List.of(inputs.get(1));
            }
            case Op.Dispatch(int experts, int capacity) -> {
                count(3);
                rank(0, 2);
                routing(1, 2, extent(0, 0));
                yield List.of(like(0, experts, capacity, extent(0, 1)));
            }
            case Op.DispatchGrad _ -> {
                count(3);
                rank(0, 3);
                routing(1, 2, -1);
                yield List.of(like(0, extent(1, 0), extent(0, 2)));
            }
            case Op.Combine _ -> {
                count(4);
                rank(0, 3);
                routing(2, 3, -1);
                check(inputs.get(1).equals(inputs.get(2).as(element(0))), "weights must be [S,k] of the outputs' type");
                yield List.of(like(0, extent(2, 0), extent(0, 2)));
            }
            case Op.CombineInputGrad(int experts, int capacity) -> {
                count(4);
                rank(0, 2);
                routing(2, 3, extent(0, 0));
                check(inputs.get(1).equals(inputs.get(2).as(element(0))), "weights must be [S,k] of the outputs' type");
                yield List.of(like(0, experts, capacity, extent(0, 1)));
            }
            case Op.CombineWeightGrad _ -> {
                count(4);
                rank(0, 2);
                rank(1, 3);
                routing(2, 3, extent(0, 0));
                check(extent(0, 1) == extent(1, 2) && element(0) == element(1), "widths and types must be equal");
                yield List.of(inputs.get(2).as(element(0)));
            }
            case Op.LoadBalanceLoss _ -> {
                count(2);
                gates(0);
                rank(1, 2);
                yield List.of(TensorType.of(FP32));
            }
            case Op.LoadBalanceLossGrad _ -> {
                count(3);
                scalar(0);
                gates(1);
                rank(2, 2);
                yield List.of(inputs.get(1));
            }
            case Op.ScaleRows(int column) -> {
                count(2);
                rank(0, 2);
                rank(1, 2);
                check(
                        extent(0, 0) == extent(1, 0) && column < extent(1, 1),
                        "rows must be equal, the column must exist");
                yield List.of(sameElement());
            }
            case Op.ScaleRowsCoefficientGrad(int column, int columns) -> {
                count(2);
                rank(0, 2);
                check(shape(0).equals(shape(1)) && column < columns, "shapes must be equal, the column must exist");
                sameElement();
                yield List.of(like(0, extent(0, 0), columns));
            }
            case Op.AllReduce _, Op.Broadcast _ -> {
                atLeastOne();
                if (op instanceof Op.AllReduce) {
                    sameElement();
                }
                yield inputs;
            }
            case Op.AllToAll all -> {
                count(1);
                check(
                        shape(0).rank() > 0 && extent(0, 0) % all.group().size() == 0,
                        "the group's size %d must divide the leading extent"
                                .formatted(all.group().size()));
                yield inputs;
            }
            case Op.NonFinite _ -> {
                atLeastOne();
                yield List.of(TensorType.of(INT32));
            }
            case Op.Norm _ -> {
                atLeastOne();
                yield List.of(TensorType.of(FP32, inputs.size()));
            }
            case Op.AdamW _ -> optimizer(3, 4);
            case Op.Sgd _ -> optimizer(2, 2);
        };
    }

    private TensorType transpose(List<Integer> axes) {
        count(1);
        int rank = shape(0).rank();
        check(
                axes.size() == rank
                        && new HashSet<>(axes)
                                .equals(new HashSet<>(
                                        IntStream.range(0, rank).boxed().toList())),
                "axes must be a permutation of the %d axes".formatted(rank));
        return like(0, axes.stream().mapToInt(axis -> extent(0, axis)).toArray());
    }

    private TensorType matMul(Op.MatMul matMul) {
        check(inputs.size() == 2 || inputs.size() == 3, "takes 2 or 3 inputs");
        int rank = shape(0).rank();
        check((rank == 2 || rank == 3) && shape(1).rank() == rank, "operands must both have rank 2 or 3");
        int rows = extent(0, matMul.transposeA() ? -1 : -2);
        int inner = extent(0, matMul.transposeA() ? -2 : -1);
        int columns = extent(1, matMul.transposeB() ? -2 : -1);
        check(inner == extent(1, matMul.transposeB() ? -1 : -2), "inner extents must be equal");
        check(rank == 2 || extent(0, 0) == extent(1, 0), "batch extents must be equal");
        if (inputs.size() == 3) {
            Shape bias = rank == 2 ? Shape.of(columns) : Shape.of(extent(0, 0), columns);
            check(shape(2).equals(bias), "bias must be " + bias);
        }
        sameElement();
        return rank == 2 ? like(0, rows, columns) : like(0, extent(0, 0), rows, columns);
    }

    private TensorType reduceSum(List<Integer> axes) {
        count(1);
        List<Integer> kept = new ArrayList<>();
        for (int axis = 0; axis < shape(0).rank(); axis++) {
            if (!axes.contains(axis)) {
                kept.add(extent(0, axis));
            }
        }
        check(!kept.isEmpty() && kept.size() + axes.size() == shape(0).rank(), "axes must exist, and one must stay");
        return new TensorType(element(0), new Shape(kept));
    }

    private List<TensorType> topKGate(Op.TopKGate gate) {
        check(inputs.size() == 3 || inputs.size() == 4, "takes 3 or 4 inputs");
        gates(0);
        check(
                inputs.get(1).equals(inputs.get(0)) && inputs.get(2).equals(inputs.get(0)),
                "gates, scores and priority must be FP32 [S,E]");
        check(inputs.size() == 3 || inputs.get(3).equals(TensorType.of(FP32, extent(0, 0))), "used must be FP32 [S]");
        check(gate.k() == 1 || gate.k() == 2, "k must be 1 or 2");
        check(
                gate.capacity() >= 1 && gate.capacity() <= extent(0, 0) * gate.k(),
                "capacity must be 1 to %d".formatted(extent(0, 0) * gate.k()));
        check(gate.k() <= extent(0, 1), "k is larger than the number of experts");
        TensorType routing = TensorType.of(INT32, extent(0, 0), gate.k());
        return List.of(routing, routing, TensorType.of(INT32, extent(0, 1)));
    }

    private List<TensorType> optimizer(int states, int controls) {
        count(states + 2);
        for (int i = 0; i < states; i++) {
            check(inputs.get(i).equals(new TensorType(FP32, shape(0))), "state must be FP32 of one shape");
        }
        check(shape(states).equals(shape(0)), "the gradient must have the weights' shape");
        check(
                inputs.get(states + 1).equals(TensorType.of(FP32, controls)),
                "control must be FP32[%d]".formatted(controls));
        return inputs.subList(0, states);
    }

    private TensorType pooled(int index, int window) {
        rank(index, 4);
        check(
                extent(index, 2) % window == 0 && extent(index, 3) % window == 0,
                "the window %d must divide height and width".formatted(window));
        return like(index, extent(index, 0), extent(index, 1), extent(index, 2) / window, extent(index, 3) / window);
    }

    private void gates(int index) {
        rank(index, 2);
        check(element(index) == FP32, "gating is FP32");
    }

    private void routing(int expert, int slot, int tokens) {
        rank(expert, 2);
        check(element(expert) == INT32 && inputs.get(expert).equals(inputs.get(slot)), "routing must be INT32 [S,k]");
        check(tokens < 0 || extent(expert, 0) == tokens, "routing must have one row a token");
    }

    private void labels(int logits, int labels) {
        rank(logits, 2);
        check(inputs.get(labels).equals(TensorType.of(INT32, extent(logits, 0))), "labels must be INT32 [S]");
    }

    private void square(int weights) {
        rank(weights, 4);
        check(extent(weights, 2) == extent(weights, 3), "the kernel must be square");
    }

    private void scalar(int index) {
        check(shape(index).rank() == 0, "input %d must be a scalar".formatted(index));
    }

    private TensorType sameElement() {
        for (TensorType type : inputs) {
            check(type.element() == element(0), "element types must be equal");
        }
        return inputs.getFirst();
    }

    private void atLeastOne() {
        check(!inputs.isEmpty(), "takes at least one input");
    }

    private void count(int expected) {
        check(inputs.size() == expected, "takes %d inputs".formatted(expected));
    }

    private void rank(int index, int expected) {
        check(shape(index).rank() == expected, "input %d must have rank %d".formatted(index, expected));
    }

    private TensorType like(int index, int... extents) {
        return TensorType.of(element(index), extents);
    }

    private Shape shape(int index) {
        return inputs.get(index).shape();
    }

    private ElementType element(int index) {
        return inputs.get(index).element();
    }

    private int extent(int index, int axis) {
        return shape(index).extent(axis);
    }

    private void check(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException("%s: %s, inputs were %s".formatted(op, rule, inputs));
        }
    }
}

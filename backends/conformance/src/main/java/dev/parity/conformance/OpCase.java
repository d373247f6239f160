package dev.parity.conformance;

import static dev.parity.spi.ElementType.FP32;
import static dev.parity.spi.ElementType.INT32;

import dev.parity.spi.ElementType;
import dev.parity.spi.Op;
import dev.parity.spi.ProcessGroup;
import dev.parity.spi.Program;
import dev.parity.spi.Shape;
import dev.parity.spi.TensorType;
import dev.parity.spi.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// One Op with inputs to try it on.
///
/// @param name for messages
/// @param op the Op
/// @param inputs types of the inputs
/// @param world ranks that run it
/// @param ulps units in the last place of the output type that a result may be off
/// @param terms additions in FP32, each allowed an error of 2^-23 of the sum of magnitudes
public record OpCase(String name, Op op, List<TensorType> inputs, int world, int ulps, int terms) {
    /// Copies the list.
    public OpCase {
        inputs = List.copyOf(inputs);
    }

    /// Lists the cases of one element type. Sizes are odd where an Op allows, so that no loop comes out
    /// even.
    ///
    /// @param t compute type
    /// @return at least one case for each Op
    public static List<OpCase> all(ElementType t) {
        ProcessGroup four = new ProcessGroup("four", List.of(List.of(0, 1, 2, 3)));
        ProcessGroup pairs = new ProcessGroup("pairs", List.of(List.of(0, 2), List.of(3, 1)));
        List<OpCase> cases = new ArrayList<>();
        add(cases, "add", new Op.Add(), 1, 0, of(t, 3, 7), of(t, 3, 7));
        add(cases, "multiply", new Op.Multiply(), 1, 0, of(t, 3, 7), of(t, 3, 7));
        add(cases, "scale", new Op.Scale(0.3), 1, 0, of(t, 33));
        add(cases, "relu", new Op.Relu(), 0, 0, of(t, 33));
        add(cases, "relu gradient", new Op.ReluGrad(), 0, 0, of(t, 33), of(t, 33));
        add(cases, "cast up", new Op.Cast(FP32), 0, 0, of(t, 33));
        add(cases, "cast down", new Op.Cast(t), 0, 0, of(FP32, 33));
        add(cases, "reshape", new Op.Reshape(Shape.of(7, 3)), 0, 0, of(t, 3, 7));
        add(cases, "transpose", new Op.Transpose(List.of(2, 0, 1, 3)), 0, 0, of(t, 2, 3, 4, 5));
        for (boolean a : new boolean[] {false, true}) {
            for (boolean b : new boolean[] {false, true}) {
                TensorType left = a ? of(t, 31, 7) : of(t, 7, 31);
                TensorType right = b ? of(t, 9, 31) : of(t, 31, 9);
                add(cases, "matmul " + a + b, new Op.MatMul(a, b), 1, 32, left, right);
            }
        }
        add(cases, "linear", new Op.MatMul(false, true), 1, 402, of(t, 8, 400), of(t, 120, 400), of(t, 120));
        add(cases, "one by one", new Op.MatMul(false, true), 1, 3, of(t, 1, 1), of(t, 1, 1), of(t, 1));
        add(cases, "batched", new Op.MatMul(false, true), 1, 86, of(t, 2, 5, 84), of(t, 2, 84, 84), of(t, 2, 84));
        add(cases, "sum of images", new Op.ReduceSum(List.of(0, 2, 3)), 1, 200, of(t, 3, 5, 8, 8));
        add(cases, "sum of rows", new Op.ReduceSum(List.of(0)), 1, 9, of(t, 8, 10));
        add(cases, "sum of a batch", new Op.ReduceSum(List.of(1)), 1, 9, of(t, 2, 8, 10));
        for (int images : new int[] {1, 3, 8}) {
            add(cases, "conv " + images, new Op.Conv2d(), 1, 80, of(t, images, 3, 12, 11), of(t, 6, 3, 5, 5), of(t, 6));
            TensorType g = of(t, images, 6, 8, 7);
            add(cases, "conv input gradient " + images, new Op.Conv2dInputGrad(), 1, 160, g, of(t, 6, 3, 5, 5));
            add(
                    cases,
                    "conv weight gradient " + images,
                    new Op.Conv2dWeightGrad(),
                    1,
                    60 * images,
                    of(t, images, 3, 12, 11),
                    g);
        }
        TensorType small = of(t, 2, 2, 7, 6);
        TensorType smallWeights = of(t, 3, 2, 3, 3);
        TensorType smallGradient = of(t, 2, 3, 5, 4);
        add(cases, "conv 3x3", new Op.Conv2d(), 1, 20, small, smallWeights, of(t, 3));
        add(cases, "conv 3x3 input gradient", new Op.Conv2dInputGrad(), 1, 30, smallGradient, smallWeights);
        add(cases, "conv 3x3 weight gradient", new Op.Conv2dWeightGrad(), 1, 42, small, smallGradient);
        add(cases, "max pool", new Op.MaxPool2d(2), 0, 0, of(t, 2, 3, 8, 6));
        add(cases, "max pool gradient", new Op.MaxPool2dGrad(2), 0, 0, of(t, 2, 3, 4, 3), of(t, 2, 3, 8, 6));
        add(cases, "softmax", new Op.Softmax(), 1, 20, of(t, 5, 10));
        add(cases, "softmax gradient", new Op.SoftmaxGrad(), 1, 40, of(t, 5, 10), of(t, 5, 10));
        add(cases, "cross entropy", new Op.CrossEntropy(), 1, 40, of(t, 7, 10), of(INT32, 7));
        add(cases, "cross entropy gradient", new Op.CrossEntropyGrad(), 1, 40, of(t), of(t, 7, 10), of(INT32, 7));
        add(cases, "argmax", new Op.ArgMax(), 0, 0, of(t, 7, 10));
        gating(cases, t);
        collectives(cases, t, four, pairs);
        add(cases, "non-finite", new Op.NonFinite(), 0, 0, of(t, 5), of(t, 3, 3));
        add(cases, "norm", new Op.Norm(), 1, 400, of(t, 5), of(t, 17, 19));
        TensorType state = of(FP32, 37);
        add(cases, "adamw", new Op.AdamW(0.8, 0.999, 1e-8, 0.01), 4, 16, state, state, state, of(t, 37), of(FP32, 4));
        add(cases, "sgd", new Op.Sgd(0.9), 4, 8, state, state, of(t, 37), of(FP32, 2));
        return List.copyOf(cases);
    }

    private static void gating(List<OpCase> cases, ElementType t) {
        for (int k = 1; k <= 2; k++) {
            TensorType gates = of(FP32, 9, 3);
            TensorType routing = of(INT32, 9, k);
            String top = "top-%d ".formatted(k);
            add(cases, top + "gate", new Op.TopKGate(k, 3), 0, 0, gates, gates, gates);
            add(cases, top + "gate with used tokens", new Op.TopKGate(k, 3), 0, 0, gates, gates, gates, of(FP32, 9));
            add(cases, top + "weights", new Op.GateWeights(), 2, 0, gates, routing, routing);
            add(
                    cases,
                    top + "weights gradient",
                    new Op.GateWeightsGrad(),
                    2,
                    20,
                    of(FP32, 9, k),
                    gates,
                    routing,
                    routing);
            add(cases, top + "dispatch", new Op.Dispatch(3, 3), 0, 0, of(t, 9, 5), routing, routing);
            add(cases, top + "dispatch gradient", new Op.DispatchGrad(), 1, 2, of(t, 3, 3, 5), routing, routing);
            add(cases, top + "combine", new Op.Combine(), 1, 3, of(t, 3, 3, 5), of(t, 9, k), routing, routing);
            add(
                    cases,
                    top + "combine input gradient",
                    new Op.CombineInputGrad(3, 3),
                    1,
                    0,
                    of(t, 9, 5),
                    of(t, 9, k),
                    routing,
                    routing);
            add(
                    cases,
                    top + "combine weight gradient",
                    new Op.CombineWeightGrad(),
                    1,
                    8,
                    of(t, 9, 5),
                    of(t, 3, 3, 5),
                    routing,
                    routing);
            add(cases, top + "balance loss", new Op.LoadBalanceLoss(), 4, 20, gates, routing);
            add(cases, top + "balance loss gradient", new Op.LoadBalanceLossGrad(), 4, 0, of(FP32), gates, routing);
        }
        add(cases, "scale rows", new Op.ScaleRows(1), 1, 0, of(t, 5, 7), of(t, 5, 2));
        add(
                cases,
                "scale rows coefficient gradient",
                new Op.ScaleRowsCoefficientGrad(1, 2),
                1,
                10,
                of(t, 5, 7),
                of(t, 5, 7));
    }

    private static void collectives(List<OpCase> cases, ElementType t, ProcessGroup four, ProcessGroup pairs) {
        List<TensorType> message = List.of(of(t, 5), of(t, 2, 3));
        // each of up to three additions is rounded to the element type
        cases.add(new OpCase("all-reduce sum of four", new Op.AllReduce(four, Op.Reduction.SUM), message, 4, 3, 0));
        cases.add(new OpCase("all-reduce sum of pairs", new Op.AllReduce(pairs, Op.Reduction.SUM), message, 4, 1, 0));
        cases.add(new OpCase("all-reduce max", new Op.AllReduce(four, Op.Reduction.MAX), message, 4, 0, 0));
        cases.add(new OpCase(
                "all-reduce max of flags", new Op.AllReduce(four, Op.Reduction.MAX), List.of(of(INT32)), 4, 0, 0));
        cases.add(new OpCase("all-to-all of four", new Op.AllToAll(four), List.of(of(t, 8, 3)), 4, 0, 0));
        cases.add(new OpCase("all-to-all of pairs", new Op.AllToAll(pairs), List.of(of(t, 4, 3)), 4, 0, 0));
        cases.add(new OpCase("broadcast", new Op.Broadcast(pairs), message, 4, 0, 0));
    }

    private static TensorType of(ElementType element, int... extents) {
        return TensorType.of(element, extents);
    }

    private static void add(List<OpCase> cases, String name, Op op, int ulps, int terms, TensorType... inputs) {
        cases.add(new OpCase(name, op, List.of(inputs), 1, ulps, terms));
    }

    /// Makes the program of the Op: inputs `in0` …, outputs `out0` ….
    ///
    /// @return one node
    public Program program() {
        Program.Builder builder = new Program.Builder(name);
        List<Value> arguments = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            arguments.add(builder.input("in" + i, inputs.get(i)));
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < op.infer(inputs).size(); i++) {
            names.add("out" + i);
        }
        builder.applyAll(names, op, arguments).forEach(builder::output);
        return builder.build();
    }

    /// Draws the inputs of all ranks.
    ///
    /// @param random seeded by the caller
    /// @return the inputs of each rank, by name
    public List<Map<String, double[]>> drawAll(Random random) {
        List<Map<String, double[]>> ranks = new ArrayList<>();
        for (int rank = 0; rank < world; rank++) {
            List<double[]> drawn = draw(random);
            Map<String, double[]> named = new HashMap<>();
            for (int i = 0; i < drawn.size(); i++) {
                named.put("in" + i, drawn.get(i));
            }
            ranks.add(named);
        }
        return ranks;
    }

    /// Draws inputs that make sense for the Op.
    ///
    /// @param random seeded by the caller
    /// @return one array an input, values exact in its type
    private List<double[]> draw(Random random) {
        List<double[]> values = new ArrayList<>();
        for (TensorType type : inputs) {
            double[] array = new double[type.shape().size()];
            for (int i = 0; i < array.length; i++) {
                array[i] =
                        type.element().isFloating() ? type.element().round(random.nextGaussian()) : random.nextInt(10);
            }
            values.add(array);
        }
        if (op instanceof Op.TopKGate && inputs.size() == 4) {
            for (int i = 0; i < values.get(3).length; i++) {
                values.get(3)[i] = i % 3 == 0 ? 0 : 1;
            }
        } else if (op instanceof Op.AdamW) {
            for (int i = 0; i < values.get(2).length; i++) {
                values.get(2)[i] = Math.abs(values.get(2)[i]); // second moments
            }
            System.arraycopy(new double[] {0.25, 0.0009765625, 0.5, 0.125}, 0, values.get(4), 0, 4);
        } else if (op instanceof Op.Sgd) {
            System.arraycopy(new double[] {0.25, 0.0009765625}, 0, values.get(3), 0, 2);
        } else {
            route(random, values);
        }
        return values;
    }

    /// Replaces random integers by routing that fits: each token its experts, slots in order, the rest
    /// dropped.
    private void route(Random random, List<double[]> values) {
        for (int i = 0; i < inputs.size(); i++) {
            boolean routing =
                    inputs.get(i).element() == INT32 && inputs.get(i).shape().rank() == 2;
            if (!routing) {
                continue;
            }
            int k = inputs.get(i).shape().extent(1);
            double[] expert = values.get(i);
            int[] next = new int[3];
            for (int token = 0; token < expert.length; token += k) {
                expert[token] = random.nextInt(3);
                if (k == 2) {
                    expert[token + 1] = (expert[token] + 1 + random.nextInt(2)) % 3;
                }
            }
            if (i + 1 < inputs.size()) {
                double[] slot = values.get(i + 1);
                for (int choice = 0; choice < slot.length; choice++) {
                    int location = next[(int) expert[choice]]++;
                    slot[choice] = location < 3 ? location : -1;
                }
            }
            positiveGates(values);
            return;
        }
    }

    private void positiveGates(List<double[]> values) {
        if (op instanceof Op.GateWeights || op instanceof Op.GateWeightsGrad) {
            double[] gates = values.get(op instanceof Op.GateWeights ? 0 : 1);
            for (int i = 0; i < gates.length; i++) {
                gates[i] = 0.1 + Math.abs(gates[i]) % 0.5;
                gates[i] = FP32.round(gates[i]);
            }
        }
    }

    @Override
    public String toString() {
        return name + " " + inputs;
    }
}

package dev.parity.spi;

import java.util.List;

/// One operation of a [Program]: its attributes. Inputs and outputs stand in the [Node] that uses it.
///
/// Unless an Op says otherwise, floating inputs and outputs share one element type, arithmetic is done in
/// the accumulation type of the [NumericMode], and each output element is rounded once to its type.
/// Letters in the shapes: N images, C and O channels, H and W pixels, S tokens, E experts, C capacity, M
/// model width.
public sealed interface Op {
    /// Tells whether outputs may be of INT32: it moves what it is given, or counts.
    ///
    /// @return whether there is such an Op of integers
    default boolean mayGiveIntegers() {
        return this instanceof Collective
                || this instanceof Reshape
                || this instanceof Transpose
                || this instanceof ArgMax
                || this instanceof TopKGate
                || this instanceof NonFinite;
    }

    /// Infers the types of the outputs.
    ///
    /// @param inputs the types of the inputs, in order
    /// @return the types of the outputs, in order
    /// @throws IllegalArgumentException if the number, shapes or types of the inputs do not fit
    default List<TensorType> infer(List<TensorType> inputs) {
        return Inference.infer(this, inputs);
    }

    /// Returns the Op's name for messages.
    ///
    /// @return the simple name of the record
    default String name() {
        return getClass().getSimpleName();
    }

    // Elementwise and layout

    /// Adds two tensors of one type.
    record Add() implements Op {}

    /// Multiplies two tensors of one type, element by element.
    record Multiply() implements Op {}

    /// Multiplies by a constant.
    ///
    /// @param factor rounded to FP32 before use
    record Scale(double factor) implements Op {}

    /// Computes max(x, 0); NaN stays NaN.
    record Relu() implements Op {}

    /// Passes a gradient where the Relu's output is above 0: (dy, y) → dx.
    record ReluGrad() implements Op {}

    /// Converts to another element type, to nearest even.
    ///
    /// @param to the new element type
    record Cast(ElementType to) implements Op {}

    /// Gives the same elements another shape of equal size.
    ///
    /// @param to the new shape
    record Reshape(Shape to) implements Op {}

    /// Permutes the axes: axis i of the output is axis `axes[i]` of the input.
    ///
    /// @param axes a permutation of 0 to rank-1
    record Transpose(List<Integer> axes) implements Op {
        /// Copies the axes.
        public Transpose {
            axes = List.copyOf(axes);
        }
    }

    // Dense layers

    /// Multiplies matrices: (A, B) → op(A)·op(B), or (A, B, bias) → op(A)·op(B) + bias, with one rounding.
    ///
    /// Rank 2, or rank 3 with an equal leading batch axis; the bias has one value a column (and batch
    /// entry).
    ///
    /// @param transposeA whether the last two axes of A are swapped
    /// @param transposeB whether the last two axes of B are swapped
    record MatMul(boolean transposeA, boolean transposeB) implements Op {}

    /// Sums over axes and drops them; gives bias gradients.
    ///
    /// @param axes ascending, at least one axis stays
    record ReduceSum(List<Integer> axes) implements Op {
        /// Copies the axes.
        public ReduceSum {
            axes = List.copyOf(axes);
        }
    }

    /// Correlates without padding, stride 1: (x[N,C,H,W], w[O,C,K,K], bias[O]) → [N,O,H-K+1,W-K+1].
    record Conv2d() implements Op {}

    /// Computes a convolution's input gradient: (dy[N,O,H-K+1,W-K+1], w[O,C,K,K]) → dx[N,C,H,W].
    record Conv2dInputGrad() implements Op {}

    /// Computes a convolution's weight gradient: (x[N,C,H,W], dy[N,O,H-K+1,W-K+1]) → dw[O,C,K,K].
    record Conv2dWeightGrad() implements Op {}

    /// Takes the largest value of each window, windows side by side; the first one wins a tie, NaN wins
    /// over all.
    ///
    /// @param window edge length, divides H and W
    record MaxPool2d(int window) implements Op {}

    /// Passes each gradient to the element that won its window: (dy, x) → dx.
    ///
    /// @param window edge length, divides H and W
    record MaxPool2dGrad(int window) implements Op {}

    /// Normalises exponentials over the last axis, with the largest value subtracted first.
    record Softmax() implements Op {}

    /// Computes dx = y·(dy - Σ dy·y) over the last axis: (dy, y) → dx.
    record SoftmaxGrad() implements Op {}

    /// Averages -log softmax at the label: (logits[S,K], labels INT32[S]) → scalar of the logits' type.
    record CrossEntropy() implements Op {}

    /// Computes dloss·(softmax(logits) - onehot)/S: (dloss scalar, logits[S,K], labels INT32[S]) → [S,K].
    record CrossEntropyGrad() implements Op {}

    /// Finds the largest element of each row, the first one on a tie: [S,K] → INT32[S]. A NaN is larger
    /// than all.
    record ArgMax() implements Op {}

    // Mixture of experts

    /// Routes tokens to experts: (gates[S,E], scores[S,E], priority[S,E]) → expert INT32[S,k], slot
    /// INT32[S,k], counts INT32[E]; FP32 in. A fourth input used[S] leaves out each token whose value is 0.
    ///
    /// The first expert maximises `scores` for k=1 and `gates` for k=2; the second maximises `scores` with
    /// the first masked out. `counts` are first choices before any drop. For k=1 the `capacity` tokens
    /// with the largest priority are kept in each expert (lowest index first on ties) and packed in token
    /// order; for k=2 all first choices are packed in token order, then all second ones, and what lies at
    /// or beyond the capacity is dropped. Slot is -1 where dropped or unused. (DeepSpeed 0.12,
    /// moe/sharded_moe.py, top1gating and top2gating.)
    ///
    /// @param k experts a token, 1 or 2
    /// @param capacity slots an expert, at least 1
    record TopKGate(int k, int capacity) implements Op {}

    /// Picks each token's gate values: (gates[S,E], expert[S,k], slot[S,k]) → FP32[S,k].
    ///
    /// A dropped choice has weight 0. For k=2 the two weights are divided by max(their sum, 2^-23).
    record GateWeights() implements Op {}

    /// Computes the gradient of [GateWeights]: (dweights[S,k], gates[S,E], expert, slot) → dgates[S,E].
    record GateWeightsGrad() implements Op {}

    /// Packs tokens into their slots: (x[S,M], expert[S,k], slot[S,k]) → [E,C,M], zero where no token came.
    ///
    /// @param experts E
    /// @param capacity C
    record Dispatch(int experts, int capacity) implements Op {}

    /// Sums the slots' gradients of each token: (dy[E,C,M], expert[S,k], slot[S,k]) → dx[S,M].
    record DispatchGrad() implements Op {}

    /// Weighs and sums expert outputs: (y[E,C,M], weights[S,k], expert, slot) → [S,M]; a dropped token
    /// gives 0.
    record Combine() implements Op {}

    /// Computes the expert outputs' gradient: (dout[S,M], weights[S,k], expert, slot) → dy[E,C,M].
    ///
    /// @param experts E
    /// @param capacity C
    record CombineInputGrad(int experts, int capacity) implements Op {}

    /// Computes the combine weights' gradient: (dout[S,M], y[E,C,M], expert, slot) → dweights[S,k].
    record CombineWeightGrad() implements Op {}

    /// Computes l_aux = E·Σ_e mean_s(gates)·mean_s(first choice = e): (gates[S,E], expert[S,k]) → FP32
    /// scalar.
    record LoadBalanceLoss() implements Op {}

    /// Computes the gradient of [LoadBalanceLoss]: (dloss scalar, gates[S,E], expert[S,k]) → dgates[S,E].
    record LoadBalanceLossGrad() implements Op {}

    /// Multiplies each row by one column of coefficients: (x[S,M], c[S,K]) → [S,M].
    ///
    /// @param column which coefficient, 0 to K-1
    record ScaleRows(int column) implements Op {}

    /// Computes the coefficients' gradient of [ScaleRows]: (dy[S,M], x[S,M]) → dc[S,K], zero in other
    /// columns.
    ///
    /// @param column which coefficient, 0 to K-1
    /// @param columns K
    record ScaleRowsCoefficientGrad(int column, int columns) implements Op {}

    /// An Op in which ranks meet: every rank of a group runs the same Node.
    sealed interface Collective extends Op {
        /// Returns who takes part.
        ///
        /// @return the group
        ProcessGroup group();
    }

    /// How values of several ranks become one.
    enum Reduction {
        /// The sum, each addition rounded to the element type.
        SUM,
        /// The largest value.
        MAX
    }

    /// Reduces tensors of one element type over the ranks of a group, as one message; any number of inputs.
    ///
    /// @param group who takes part
    /// @param reduction SUM or MAX
    record AllReduce(ProcessGroup group, Reduction reduction) implements Collective {}

    /// Sends block j of the leading axis to rank j of the group, and receives block i from rank i.
    ///
    /// @param group who takes part; its size divides the leading extent
    record AllToAll(ProcessGroup group) implements Collective {}

    /// Gives every rank of a group the values of its first rank; any number of inputs.
    ///
    /// @param group who takes part
    record Broadcast(ProcessGroup group) implements Collective {}

    // Gradient statistics

    /// Tells whether any element of the inputs is infinite or NaN: → INT32 scalar, 1 or 0.
    ///
    /// A device in [NumericMode.Overflow#SATURATE] has no infinities: there it also tells whether any Op
    /// of this run of the program saturated, as Ascend's float status does.
    record NonFinite() implements Op {}

    /// Computes the L2 norm of each input, squares summed in the accumulation type: → FP32[inputs].
    record Norm() implements Op {}

    /// An Op that updates weights, and writes each element after it has read it.
    sealed interface Optimizer extends Op {}

    /// Updates with decoupled weight decay: (master, m, v FP32, grad of any type, control FP32[4]) →
    /// master, m, v.
    ///
    /// control = (factor on the gradient, learning rate, 1 - beta1^t, sqrt(1 - beta2^t)). Computed in FP32
    /// as PyTorch's AdamW orders it: master·(1 - lr·wd) - (lr / bias1)·m / (sqrt(v) / sqrtBias2 + eps).
    /// (Loshchilov and Hutter, arXiv 1711.05101.)
    ///
    /// @param beta1 decay of the first moment, in [0, 1)
    /// @param beta2 decay of the second moment, in [0, 1)
    /// @param epsilon added to the denominator
    /// @param weightDecay decoupled decay, at least 0
    record AdamW(double beta1, double beta2, double epsilon, double weightDecay) implements Optimizer {}

    /// Updates with momentum: (master, buffer FP32, grad of any type, control FP32[2]) → master, buffer.
    ///
    /// control = (factor on the gradient, learning rate). buffer = momentum·buffer + grad, master -=
    /// lr·buffer; from a zero buffer the first one is the gradient itself, as in PyTorch.
    ///
    /// @param momentum in [0, 1)
    record Sgd(double momentum) implements Optimizer {}
}

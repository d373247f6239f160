package dev.parity.cuda.internal.ops;

import dev.parity.cuda.internal.driver.Kernel.Geometry;
import dev.parity.spi.ElementType;
import dev.parity.spi.Op;

/// Gates, experts and what weighs them.
final class MoeOps extends NodeOps {
    private static final String GATE = "gate";
    private static final String EXPERTS = "experts";

    MoeOps(NodeOps other) {
        super(other);
    }

    /// A kernel of gates, which are FP32.
    private void gate(String kernel, int n, Object... arguments) {
        commands.forEach(GATE, ElementType.FP32, kernel, n, arguments);
    }

    void topKGate(Op.TopKGate op) {
        int tokens = extent(0, 0);
        int experts = extent(0, 1);
        long expert = y(0);
        long counts = y(2);
        long used = optional(3);
        gate("choose_experts", tokens, x(0), x(1), expert, op.k(), experts);
        gate("count_choices", tokens, expert, used, counts, op.k(), experts);
        if (op.k() == 1) {
            long kept = commands.scratch((long) tokens * ElementType.INT32.bytes());
            gate("keep_tokens", tokens, expert, x(2), used, kept, op.capacity(), experts);
            gate("pack_kept", tokens, expert, kept, y(1));
        } else {
            gate("pack_choices", tokens, expert, used, counts, y(1), op.capacity());
        }
    }

    void gateWeights() {
        gate("gate_weights", extent(0, 0), x(0), x(1), x(2), y(), extent(1, 1), extent(0, 1));
    }

    void gateWeightsGrad() {
        gate("gate_weights_grad", extent(1, 0), x(0), x(1), x(2), x(3), y(), extent(2, 1), extent(1, 1));
    }

    void loadBalanceLoss() {
        int experts = extent(0, 1);
        long terms = commands.scratch((long) experts * ElementType.FP32.bytes());
        gate("balance_terms", extent(0, 0), x(0), x(1), terms, extent(1, 1), experts);
        Geometry one = Geometry.of(1, LossOps.SUMMING);
        commands.launch(GATE, ElementType.FP32, "balance_loss", one, terms, y(), experts);
    }

    void loadBalanceLossGrad() {
        gate("balance_loss_grad", extent(1, 0), x(0), x(2), y(), extent(2, 1), extent(1, 1));
    }

    void dispatch(int capacity) {
        clearOutput();
        int k = extent(1, 1);
        commands.forEach(
                EXPERTS, type(), "dispatch", size(1) * extent(0, 1), x(0), x(1), x(2), y(), k, capacity, extent(0, 1));
    }

    void dispatchGrad() {
        int k = extent(1, 1);
        commands.forEach(
                EXPERTS,
                type(),
                "dispatch_grad",
                node.output().shape().size(),
                x(0),
                x(1),
                x(2),
                y(),
                k,
                extent(0, 1),
                extent(0, 2));
    }

    void combine() {
        int k = extent(2, 1);
        commands.forEach(
                EXPERTS,
                type(),
                "combine",
                node.output().shape().size(),
                x(0),
                x(1),
                x(2),
                x(3),
                y(),
                k,
                extent(0, 1),
                extent(0, 2));
    }

    void combineInputGrad(int capacity) {
        clearOutput();
        int k = extent(2, 1);
        commands.forEach(
                EXPERTS,
                type(),
                "combine_input_grad",
                size(2) * extent(0, 1),
                x(0),
                x(1),
                x(2),
                x(3),
                y(),
                k,
                capacity,
                extent(0, 1));
    }

    void combineWeightGrad() {
        int k = extent(2, 1);
        commands.forEach(
                EXPERTS,
                type(),
                "combine_weight_grad",
                size(2),
                x(0),
                x(1),
                x(2),
                x(3),
                y(),
                k,
                extent(1, 1),
                extent(0, 1));
    }
}

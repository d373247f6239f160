package dev.parity.ascend;

import dev.parity.conformance.OpCase;
import dev.parity.conformance.Runs;
import dev.parity.spi.BackendProvider;
import dev.parity.spi.NumericMode;
import dev.parity.spi.Op;
import dev.parity.spi.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// One Op of random inputs.
final class OneOp {
    private OneOp() {}

    static OpCase of(Op op, int world, TensorType... inputs) {
        return new OpCase(op.name(), op, List.of(inputs), world, 0, 0);
    }

    /// The first output of rank 0, as a list that can be compared.
    static List<Double> compute(BackendProvider provider, NumericMode mode, OpCase trial, long seed) {
        double[] found = Runs.of(provider, mode, trial.program(), trial.drawAll(new Random(seed)))
                .getFirst()
                .values()
                .iterator()
                .next();
        return Arrays.stream(found).boxed().toList();
    }
}

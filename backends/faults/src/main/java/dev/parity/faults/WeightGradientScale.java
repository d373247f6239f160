package dev.parity.faults;

import dev.parity.faults.internal.Rewriter;
import dev.parity.faults.internal.RewritingBackend;
import dev.parity.spi.Backend;
import dev.parity.spi.Fault;
import dev.parity.spi.Op;
import java.util.List;

/// The weight gradient of conv2 is too large by a share.
public final class WeightGradientScale implements Fault {
    private static final String TARGET = "d/conv2.weight";

    /// For the ServiceLoader.
    public WeightGradientScale() {}

    @Override
    public String id() {
        return "weight-gradient-scale";
    }

    @Override
    public String description() {
        return "multiplies conv2's weight gradient by 1 + strength";
    }

    @Override
    public Strengths strengths() {
        return new Strengths(0.03, -1000, 1000, 0);
    }

    @Override
    public Backend plant(Backend backend, double strength) {
        return new RewritingBackend(
                backend,
                program -> Rewriter.after(
                        program,
                        node -> node.output().name().equals(TARGET),
                        (_, original, value, _) ->
                                List.of(Rewriter.node(new Op.Scale(1 + strength), value, original))));
    }
}

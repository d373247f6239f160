package dev.parity.faults;

import dev.parity.faults.internal.Rewriter;
import dev.parity.faults.internal.RewritingBackend;
import dev.parity.spi.Backend;
import dev.parity.spi.BackendProvider;
import dev.parity.spi.Fault;
import dev.parity.spi.Node;
import dev.parity.spi.NumericMode;
import dev.parity.spi.NumericMode.Overflow;
import dev.parity.spi.Op;
import dev.parity.spi.Value;

/// A device that saturates although its mode says that it has infinities. Whoever looks for them in the gradients
/// finds none, and nobody asks it for its overflow status.
final class SaturatingFault implements Fault {
    @Override
    public About about() {
        return About.of(
                        "overflow-saturates",
                        "computes 65504 where the mode says infinity, and 0 for NaN, so that no overflow is found",
                        Strengths.SWITCH,
                        "scaler",
                        "forward")
                .under("candidate.mode.overflow", "inf_nan");
    }

    /// @throws IllegalArgumentException if the mode says that it saturates
    @Override
    public Backend open(BackendProvider provider, int world, NumericMode mode, double strength) {
        if (mode.overflow() == Overflow.SATURATE) {
            throw new IllegalArgumentException(
                    "fault overflow-saturates needs a mode with overflow inf_nan, was saturate");
        }
        NumericMode saturating = mode.with(Overflow.SATURATE);
        return new RewritingBackend(provider.open(world, saturating), mode, SaturatingFault::findsNothing);
    }

    private static void findsNothing(Node node, Rewriter to) {
        if (node.op() instanceof Op.NonFinite) {
            Value none = to.constant(node.output().type(), new double[] {0});
            to.write(node.output(), new Op.Reshape(none.shape()), none);
        } else {
            to.keep(node);
        }
    }
}

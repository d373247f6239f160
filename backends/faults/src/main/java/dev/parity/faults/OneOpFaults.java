package dev.parity.faults;

import dev.parity.faults.internal.Rewriter;
import dev.parity.spi.Backend;
import dev.parity.spi.BackendProvider;
import dev.parity.spi.Fault;
import dev.parity.spi.NumericMode;
import java.util.List;
import java.util.function.DoubleFunction;

/// What goes wrong in a single Op, too little for the gates of whole runs: a comparison Op by Op must find it.
public final class OneOpFaults implements Fault.Catalogue {

    /// For the ServiceLoader.
    public OneOpFaults() {}

    @Override
    public List<Fault> faults() {
        return List.of(
                fault(
                        Fault.About.of(
                                "gate-tf32-left-on",
                                "rounds the FP32 operands of the gate's product to strength bits after the leading one,"
                                        + " as TF32's 10; only a lockstep must find it",
                                Fault.Strengths.whole(10, 1, 22, 23),
                                "gating",
                                "forward"),
                        "moe\\d+/logits",
                        strength -> (node, to) -> ForwardFaults.roundOperands(node, to, (int) strength)),
                fault(
                        Fault.About.of(
                                "weight-cast-truncates",
                                "cuts the bits off fc1's new weights that do not fit into FP16, where they are to be"
                                        + " rounded to nearest; only a lockstep must find it",
                                Fault.Strengths.SWITCH,
                                "optimizer"),
                        "fc1\\.weight/new",
                        _ -> ForwardFaults::truncate),
                fault(
                        Fault.About.of(
                                        "weight-gradient-subnormals-flushed",
                                        "makes 0 of what fc1's weight gradient holds in FP16 below strength x 2^-14, the"
                                                + " smallest normal number; only a lockstep must find it",
                                        Fault.Strengths.of(1, 0, 16384, 0),
                                        "backward")
                                .under("precision.lossScale", "1"),
                        "d/fc1\\.weight",
                        strength -> (node, to) -> BackwardFaults.flush(node, to, strength * 0x1p-14)));
    }

    /// Changes the Op whose output has a name.
    private static Fault fault(Fault.About about, String output, DoubleFunction<Rewriter.Change> change) {
        return new OneOpFault(new ProgramFault(about, strength -> (node, to) -> {
            if (node.output().name().matches(output)) {
                change.apply(strength).rewrite(node, to);
            } else {
                to.keep(node);
            }
        }));
    }

    /// A fault that whole runs need not show.
    ///
    /// @param planted what it does
    private record OneOpFault(ProgramFault planted) implements Fault {
        @Override
        public About about() {
            return planted.about();
        }

        @Override
        public boolean isOfOneOp() {
            return true;
        }

        @Override
        public Backend open(BackendProvider provider, int world, NumericMode mode, double strength) {
            return planted.open(provider, world, mode, strength);
        }
    }
}

package dev.parity.cpu.internal.host;

import dev.parity.spi.Bindings;
import dev.parity.spi.Bound;
import dev.parity.spi.Executable;
import dev.parity.spi.Placement;
import dev.parity.spi.Program;
import dev.parity.spi.Tensor;
import java.util.ArrayList;
import java.util.List;

/// A program that becomes a list of steps for each Bound.
///
/// @param backend where it runs
/// @param program what to compute
record HostExecutable<T extends Tensor>(HostBackend<T> backend, Program program) implements Executable {
    /// A rank that cannot bind must not leave the others waiting for it.
    @Override
    public Bound bind(int rank, Bindings bindings) {
        backend.checkNotAborted();
        try {
            return new HostBound(backend, rank, program.name(), plan(rank, bindings));
        } catch (RuntimeException | Error failure) {
            backend.abort(failure);
            throw failure;
        }
    }

    private List<Step> plan(int rank, Bindings bindings) {
        HostBackend.Kernels<T> kernels = backend.kernels();
        Placement<T> placement = Placement.of(program, bindings, kernels::allocate);
        List<Step> steps =
                new ArrayList<>(kernels.plan(program, placement.tensors(), new Exchanges(program, backend.rank(rank))));
        for (Placement.Copy<T> copy : placement.copies()) {
            steps.add(new Step("writing " + copy.value(), () -> kernels.copy(copy.from(), copy.to())));
        }
        return List.copyOf(steps);
    }
}

package dev.parity.faults.internal;

import dev.parity.spi.Backend;
import dev.parity.spi.ElementType;
import dev.parity.spi.Executable;
import dev.parity.spi.NumericMode;
import dev.parity.spi.Op;
import dev.parity.spi.Program;
import dev.parity.spi.Support;
import dev.parity.spi.Tensor;
import dev.parity.spi.TensorType;
import java.util.function.UnaryOperator;

/// A backend that changes each program before it compiles it.
///
/// @param inner what computes
/// @param rewrite the change
public record RewritingBackend(Backend inner, UnaryOperator<Program> rewrite) implements Backend {
    @Override
    public String id() {
        return inner.id();
    }

    @Override
    public NumericMode mode() {
        return inner.mode();
    }

    @Override
    public int world() {
        return inner.world();
    }

    @Override
    public String device(int rank) {
        return inner.device(rank);
    }

    @Override
    public Support supports(Op op, ElementType type) {
        return inner.supports(op, type);
    }

    @Override
    public Tensor allocate(int rank, TensorType type) {
        return inner.allocate(rank, type);
    }

    @Override
    public Executable compile(Program program) {
        return inner.compile(rewrite.apply(program));
    }

    @Override
    public void abort(Throwable cause) {
        inner.abort(cause);
    }

    @Override
    public void close() {
        inner.close();
    }
}

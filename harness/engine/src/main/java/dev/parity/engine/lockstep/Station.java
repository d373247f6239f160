package dev.parity.engine.lockstep;

import dev.parity.spi.Availability;
import dev.parity.spi.Backend;
import dev.parity.spi.BackendProvider;
import dev.parity.spi.ElementType;
import dev.parity.spi.NumericMode;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A device whose Ops read what they are given. To be closed by whoever opened it.
public final class Station implements AutoCloseable {
    private final Backend backend;
    private final List<Wire> wires;

    private Station(Backend backend, List<Wire> wires) {
        this.backend = backend;
        this.wires = wires;
    }

    /// Opens a device; what the opener lays around it, such as a fault, sees whole programs.
    ///
    /// @param world number of ranks, at least 1
    /// @param opener opens a backend of the provider that it is given, which cuts programs of a given one
    /// @return the station
    public static Station open(int world, Function<UnaryOperator<BackendProvider>, Backend> opener) {
        List<Wire> wires = IntStream.range(0, world).mapToObj(_ -> new Wire()).toList();
        return new Station(opener.apply(provider -> new Cutting(provider, wires)), wires);
    }

    /// Makes a station of an open device, which stays its opener's.
    static Station of(Backend backend) {
        List<Wire> wires = Stream.generate(Wire::new).limit(backend.world()).toList();
        return new Station(new CutBackend(backend, wires), wires);
    }

    /// Returns the device.
    ///
    /// @return it cuts each program that it compiles
    public Backend backend() {
        return backend;
    }

    Wire wire(int rank) {
        return wires.get(rank);
    }

    /// Tells whether the device has no infinities in a type.
    boolean saturates(ElementType type) {
        boolean half = type == ElementType.FP16 || type == ElementType.BF16;
        return half && overflow() == NumericMode.Overflow.SATURATE;
    }

    /// Returns what becomes of what is too large.
    NumericMode.Overflow overflow() {
        return backend.mode().overflow();
    }

    @Override
    public void close() {
        backend.close();
    }

    /// A provider whose backends cut programs.
    private record Cutting(BackendProvider inner, List<Wire> wires) implements BackendProvider {
        @Override
        public String id() {
            return inner.id();
        }

        @Override
        public String description() {
            return inner.description();
        }

        @Override
        public Availability availability() {
            return inner.availability();
        }

        @Override
        public NumericMode defaultMode() {
            return inner.defaultMode();
        }

        @Override
        public Backend open(int world, NumericMode mode) {
            return new CutBackend(inner.open(world, mode), wires);
        }
    }
}

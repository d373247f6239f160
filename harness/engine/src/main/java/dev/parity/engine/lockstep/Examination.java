package dev.parity.engine.lockstep;

import dev.parity.spi.Bindings;
import dev.parity.spi.Bound;
import dev.parity.spi.ElementType;
import dev.parity.spi.Executable;
import dev.parity.spi.Node;
import dev.parity.spi.Op;
import dev.parity.spi.Program;
import dev.parity.spi.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/// One program on golden and devices: gives every Op the same inputs and tells what came out. Holds one step.
final class Examination {
    private static final Bindings NONE = new Bindings(Map.of(), Map.of());

    private final Program program;
    private final Station golden;
    private final Station reference;
    private final Station candidate;
    private final Consumer<OpOutputs> heard;
    private final Executable onGolden;
    private final Executable onReference;
    private final Executable onCandidate;
    private final Map<String, ElementType> types;
    private final List<Found> arrived = new ArrayList<>();

    /// What one rank's Ops wrote on a device, and what is right.
    private record Pair(Wire.Found golden, Wire.Found found) {}

    private record Found(int rank, Pair reference, Pair candidate) {}

    Examination(Program program, Station golden, Station reference, Station candidate, Consumer<OpOutputs> heard) {
        this.program = program;
        this.golden = golden;
        this.reference = reference;
        this.candidate = candidate;
        this.heard = heard;
        onGolden = golden.backend().compile(program);
        onReference = reference.backend().compile(program);
        onCandidate = candidate.backend().compile(program);
        types = program.nodes().stream()
                .flatMap(node -> node.inputs().stream())
                .distinct()
                .collect(Collectors.toMap(Value::name, Value::element));
    }

    /// Makes the program ready on one rank.
    Ready bind(int rank) {
        List<Bound> bound = new ArrayList<>();
        try {
            for (Executable each : List.of(onGolden, onReference, onCandidate)) {
                bound.add(each.bind(rank, NONE));
            }
        } catch (RuntimeException | Error broken) {
            bound.forEach(Bound::close);
            throw broken;
        }
        return new Ready(rank, bound.get(0), bound.get(1), bound.get(2));
    }

    /// The program on one rank.
    final class Ready implements AutoCloseable {
        private final int rank;
        private final Bound golden;
        private final Bound reference;
        private final Bound candidate;

        private Ready(int rank, Bound golden, Bound reference, Bound candidate) {
            this.rank = rank;
            this.golden = golden;
            this.reference = reference;
            this.candidate = candidate;
        }

        /// Runs all Ops; the last rank to come tells what was found. All ranks call it for the same step.
        ///
        /// @param step from 1
        /// @param values of the golden's training, rounded to their types
        void run(long step, Function<String, double[]> values) {
            Station one = Examination.this.reference;
            Station other = Examination.this.candidate;
            Function<String, double[]> held = held(values, one);
            Pair first = new Pair(run(golden, Examination.this.golden, held), run(reference, one, held));
            boolean alike = one.overflow() == other.overflow();
            Function<String, double[]> heldToo = alike ? held : held(values, other);
            Wire.Found right = alike ? first.golden : run(golden, Examination.this.golden, heldToo);
            arrive(step, new Found(rank, first, new Pair(right, run(candidate, other, heldToo))));
        }

        private Wire.Found run(Bound device, Station station, Function<String, double[]> inputs) {
            Wire wire = station.wire(rank);
            wire.force(inputs);
            device.run();
            return wire.found();
        }

        @Override
        public void close() {
            golden.close();
            reference.close();
            candidate.close();
        }
    }

    /// Gives a device that has no infinities what it holds in their place.
    private Function<String, double[]> held(Function<String, double[]> values, Station station) {
        Map<String, double[]> held = new HashMap<>();
        return name -> held.computeIfAbsent(name, _ -> held(name, values.apply(name), station));
    }

    private double[] held(String name, double[] values, Station station) {
        ElementType type = types.getOrDefault(name, ElementType.FP64);
        if (!station.saturates(type)) {
            return values;
        }
        return Arrays.stream(values).map(type::saturated).toArray();
    }

    private synchronized void arrive(long step, Found found) {
        arrived.add(found);
        if (arrived.size() == golden.backend().world()) {
            arrived.sort((a, b) -> Integer.compare(a.rank, b.rank));
            List<Found> ranks = List.copyOf(arrived);
            arrived.clear();
            tell(step, ranks);
        }
    }

    private void tell(long step, List<Found> ranks) {
        boolean optimizer = program.name().equals(Teacher.OPTIMIZER);
        OpOutputs.Part part = optimizer ? OpOutputs.Part.OPTIMIZER : OpOutputs.Part.FORWARD;
        boolean[] overflowed = new boolean[2 * ranks.size()];
        for (int at = 0; at < program.nodes().size(); at++) {
            Node node = program.nodes().get(at);
            if (!optimizer) {
                part = part(node, part);
            }
            for (Value value : node.outputs()) {
                OpOutputs.Side first = side(node, value, reference, overflowed, 0, ranks, Found::reference);
                OpOutputs.Side second = side(node, value, candidate, overflowed, ranks.size(), ranks, Found::candidate);
                heard.accept(new OpOutputs(step, part, at + 1, node.op(), value, first, second));
            }
        }
    }

    /// Gradients of this rank are named `d/…`; what follows the last of them is the reduction.
    private OpOutputs.Part part(Node node, OpOutputs.Part before) {
        boolean gradient = node.output().name().startsWith("d/");
        return switch (before) {
            case FORWARD -> gradient ? OpOutputs.Part.BACKWARD : OpOutputs.Part.FORWARD;
            case BACKWARD -> gradient ? OpOutputs.Part.BACKWARD : OpOutputs.Part.REDUCTION;
            case REDUCTION, OPTIMIZER -> before;
        };
    }

    /// Puts the ranks one behind the other. A device without infinities says in their stead whether any Op before has
    /// saturated.
    private static OpOutputs.Side side(
            Node node,
            Value value,
            Station station,
            boolean[] overflowed,
            int from,
            List<Found> ranks,
            Function<Found, Pair> of) {
        int size = value.shape().size();
        double[] golden = new double[size * ranks.size()];
        double[] found = new double[size * ranks.size()];
        boolean saturates = station.saturates(value.element());
        for (int rank = 0; rank < ranks.size(); rank++) {
            Pair pair = of.apply(ranks.get(rank));
            double[] right = pair.golden.of(value.name());
            System.arraycopy(right, 0, golden, size * rank, size);
            System.arraycopy(pair.found.of(value.name()), 0, found, size * rank, size);
            for (int i = 0; saturates && i < size && !overflowed[from + rank]; i++) {
                overflowed[from + rank] = !Double.isFinite(value.element().round(right[i]));
            }
            if (node.op() instanceof Op.NonFinite && overflowed[from + rank]) {
                golden[size * rank] = 1;
            }
        }
        return new OpOutputs.Side(golden, found, saturates);
    }
}

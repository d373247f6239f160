package dev.parity.engine.lockstep;

import dev.parity.spi.Backend;
import dev.parity.spi.Bindings;
import dev.parity.spi.Bound;
import dev.parity.spi.Executable;
import dev.parity.spi.Node;
import dev.parity.spi.Program;
import dev.parity.spi.Value;
import dev.parity.spi.WrappedBackend;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/// A golden that trains Op by Op and lets two devices compute each Op of chosen steps from its values.
///
/// Each answer is rounded to its type before the next Op reads it, as a device stores it: without that nothing would
/// overflow, and the loss scale would climb until no device could hold the gradients.
final class Teacher implements WrappedBackend {
    static final String TRAINING = "training-step";
    static final String OPTIMIZER = "optimizer-step";

    private final Backend golden;
    private final Station cut;
    private final Station reference;
    private final Station candidate;
    private final Set<Long> asked;
    private final Consumer<OpOutputs> heard;
    private final long[] steps;

    /// Takes the devices, which stay their opener's.
    ///
    /// @param golden trains
    /// @param reference computes each Op
    /// @param candidate computes each Op
    /// @param asked steps, from 1
    /// @param done steps done before
    /// @param heard each output of each Op of the steps asked for, in program order, on a rank's thread
    Teacher(
            Backend golden,
            Station reference,
            Station candidate,
            Set<Long> asked,
            long done,
            Consumer<OpOutputs> heard) {
        this.golden = golden;
        cut = Station.of(golden);
        this.reference = reference;
        this.candidate = candidate;
        this.asked = Set.copyOf(asked);
        this.heard = heard;
        steps = new long[golden.world()];
        Arrays.fill(steps, done);
    }

    @Override
    public Backend inner() {
        return golden;
    }

    @Override
    public Executable compile(Program program) {
        boolean training = program.name().equals(TRAINING);
        if (!training && !program.name().equals(OPTIMIZER)) {
            return golden.compile(program);
        }
        List<Executable> ops = program.nodes().stream()
                .map(node -> golden.compile(alone(node)))
                .toList();
        Examination examination = new Examination(program, cut, reference, candidate, heard);
        return (rank, bindings) -> bind(program, ops, examination, rank, bindings);
    }

    private Bound bind(Program program, List<Executable> ops, Examination examination, int rank, Bindings bindings) {
        Lesson lesson = new Lesson(golden, program, rank, bindings);
        Examination.Ready ready;
        try {
            lesson.bind(ops);
            ready = examination.bind(rank);
        } catch (RuntimeException | Error broken) {
            lesson.close();
            abort(broken);
            throw broken;
        }
        boolean training = program.name().equals(TRAINING);
        return new Bound() {
            @Override
            public void run() {
                steps[rank] += training ? 1 : 0;
                lesson.compute();
                if (asked.contains(steps[rank])) {
                    ready.run(steps[rank], lesson::elements);
                }
                lesson.finish();
            }

            @Override
            public void close() {
                ready.close();
                lesson.close();
            }
        };
    }

    private static Program alone(Node node) {
        List<Value> inputs = node.inputs().stream().distinct().toList();
        return new Program(node.output().name(), inputs, List.of(node), node.outputs());
    }

    @Override
    public void abort(Throwable cause) {
        golden.abort(cause);
        reference.backend().abort(cause);
        candidate.backend().abort(cause);
    }
}

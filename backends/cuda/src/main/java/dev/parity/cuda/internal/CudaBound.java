package dev.parity.cuda.internal;

import dev.parity.cuda.internal.driver.Graph;
import dev.parity.cuda.internal.driver.Kernel.Geometry;
import dev.parity.cuda.internal.libraries.CublasLt;
import dev.parity.cuda.internal.libraries.Cudnn;
import dev.parity.cuda.internal.ops.Commands;
import dev.parity.cuda.internal.ops.OpCommands;
import dev.parity.spi.BackendException;
import dev.parity.spi.Bindings;
import dev.parity.spi.Bound;
import dev.parity.spi.Command;
import dev.parity.spi.ElementType;
import dev.parity.spi.Handles;
import dev.parity.spi.Node;
import dev.parity.spi.Op;
import dev.parity.spi.Placement;
import dev.parity.spi.Program;
import dev.parity.spi.TensorType;
import dev.parity.spi.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/// A program on one rank: what lies between two collectives is one CUDA graph, recorded once.
final class CudaBound implements Bound {
    /// If this system property is `true`, nothing is recorded: after each command the device is waited for, so
    /// that an error is told with the very launch. Slow.
    private static final boolean BLOCKING = Boolean.getBoolean("parity.cuda.blocking");

    private final CudaBackend backend;
    private final Rank rank;
    private final Program program;
    private final Map<Value, Long> addresses = new HashMap<>();
    private final List<Runnable> steps = new ArrayList<>();
    private final Handles handles = new Handles();
    /// What each mark of the device stands for.
    private final List<Mark> marks = new ArrayList<>();

    private final long progress;
    private boolean closed;

    CudaBound(CudaBackend backend, Rank rank, Program program, Bindings bindings) {
        this.backend = backend;
        this.rank = rank;
        this.program = program;
        progress = rank.progress().address();
        try {
            bind(bindings);
        } catch (RuntimeException | Error failure) {
            close();
            throw failure;
        }
    }

    /// What is done from a mark on.
    ///
    /// @param reason the node
    /// @param commands by which; none of a collective, whose commands depend on the other ranks
    private record Mark(Object reason, List<Command> commands) {
        @Override
        public String toString() {
            return commands.stream()
                    .map(Command::text)
                    .collect(Collectors.joining(", then ", reason + (commands.isEmpty() ? "" : " by "), ""));
        }
    }

    private void bind(Bindings bindings) {
        Placement<CudaTensor> placement = Placement.of(program, bindings, this::tensor);
        placement.tensors().forEach((value, tensor) -> addresses.put(value, tensor.address()));
        Commands commands = commands();
        for (Node node : program.nodes()) {
            for (Value value : node.outputs()) {
                addresses.computeIfAbsent(value, _ -> tensor(value.type()).address());
            }
            Commands before = commands;
            if (node.op() instanceof Op.Collective collective) {
                mark(node, before, () -> {});
                finish(before);
                steps.add(Meeting.of(backend, rank, collective, node, addresses::get, commands()));
                commands = commands();
            } else {
                mark(node, before, () -> add(node, before));
            }
        }
        Commands last = commands;
        for (Placement.Copy<CudaTensor> copy : placement.copies()) {
            mark(
                    "writing " + copy.value(),
                    last,
                    () -> last.copy(
                            copy.from().address(),
                            copy.to().address(),
                            copy.from().bytes()));
        }
        finish(last);
    }

    /// Makes a list of commands that is closed with this.
    private Commands commands() {
        return handles.add(new Commands(rank.stream()));
    }

    private CudaTensor tensor(TensorType type) {
        return handles.add(new CudaTensor(rank, type));
    }

    /// Lets the device tell when it comes to an Op, and keeps what the Op is done by.
    private void mark(Object reason, Commands commands, Runnable work) {
        commands.reason(reason);
        commands.launch("marks", ElementType.FP32, "mark", Geometry.of(1, 1), progress, marks.size());
        int before = commands.list().size();
        work.run();
        List<Command> all = commands.list();
        marks.add(new Mark(reason, List.copyOf(all.subList(before, all.size()))));
    }

    private void add(Node node, Commands commands) {
        ToLongFunction<Value> at = addresses::get;
        switch (node.op()) {
            case Op.MatMul op
            when backend.uses(Library.CUBLASLT) -> CublasLt.matMul(op, node, backend.mode(), at, commands);
            case Op.Conv2d _ when backend.uses(Library.CUDNN) -> Cudnn.conv(node, backend.mode(), at, commands);
            case Op.Conv2dInputGrad _
            when backend.uses(Library.CUDNN) -> Cudnn.inputGrad(node, backend.mode(), at, commands);
            case Op.Conv2dWeightGrad _
            when backend.uses(Library.CUDNN) -> Cudnn.weightGrad(node, backend.mode(), at, commands);
            case Op _ -> OpCommands.add(node, backend.mode(), at, commands);
        }
    }

    /// Makes a step of what was collected.
    private void finish(Commands commands) {
        if (commands.list().isEmpty()) {
            return;
        }
        if (BLOCKING) {
            commands.list()
                    .forEach(command -> steps.add(() -> {
                        command.issue();
                        rank.stream().synchronize();
                    }));
        } else {
            Graph graph = handles.add(rank.stream().capture(commands::issue));
            steps.add(() -> graph.launch(rank.stream()));
        }
    }

    @Override
    public void run() {
        if (closed) {
            throw new IllegalStateException(
                    "program %s on %s:%d was closed".formatted(program.name(), backend.id(), rank.index()));
        }
        backend.checkNotAborted();
        try {
            rank.device().enter();
            rank.progress().bytes().putInt(0, -1);
            rank.runs(this);
            for (Runnable step : steps) {
                step.run();
            }
            rank.stream().synchronize();
            rank.runs(null);
        } catch (RuntimeException | Error failure) {
            BackendException told = new BackendException(
                    "program %s failed on rank %d, %s: %s"
                            .formatted(
                                    program.name(), rank.index(), rank.device().text(), failure.getMessage()),
                    failure);
            backend.abort(told);
            throw told;
        }
    }

    /// Says which Op the device has come to.
    String atWork() {
        int mark = rank.progress().bytes().getInt(0);
        return mark < 0 ? "" : "; rank %d had come to %s".formatted(rank.index(), marks.get(mark));
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        handles.close();
    }
}

package dev.parity.ascend.internal;

import dev.parity.ascend.internal.ops.Commands;
import dev.parity.ascend.internal.ops.OpCommands;
import dev.parity.spi.BackendException;
import dev.parity.spi.Bindings;
import dev.parity.spi.Bound;
import dev.parity.spi.Command;
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

/// A program on one rank: operators with their arguments, made once.
final class AscendBound implements Bound {
    /// If this system property is `true`, the device is waited for after each command, so that an error is told with
    /// the very operator. Slow.
    private static final boolean BLOCKING = Boolean.getBoolean("parity.ascend.blocking");

    private final AscendBackend backend;
    private final Rank rank;
    private final Program program;
    private final Map<Value, Long> addresses = new HashMap<>();
    private final List<Runnable> steps = new ArrayList<>();
    private final Handles handles = new Handles();
    private volatile String last = "";
    private boolean closed;

    AscendBound(AscendBackend backend, Rank rank, Program program, Bindings bindings) {
        this.backend = backend;
        this.rank = rank;
        this.program = program;
        try {
            rank.worker().run(() -> bind(bindings));
        } catch (RuntimeException | Error failure) {
            close();
            throw failure;
        }
    }

    private void bind(Bindings bindings) {
        Placement<AscendTensor> placement = Placement.of(program, bindings, this::tensor);
        placement.tensors().forEach((value, tensor) -> addresses.put(value, tensor.address()));
        Commands commands = commands();
        for (Node node : program.nodes()) {
            for (Value value : node.outputs()) {
                addresses.computeIfAbsent(value, _ -> tensor(value.type()).address());
            }
            commands.reason(node);
            if (node.op() instanceof Op.Collective collective) {
                finish(commands);
                Runnable meeting = Meeting.of(backend, rank, collective, node, addresses::get, commands());
                steps.add(() -> {
                    last = node.toString();
                    meeting.run();
                });
                commands = commands();
            } else {
                OpCommands.add(node, backend.way(), addresses::get, commands);
            }
        }
        for (Placement.Copy<AscendTensor> copy : placement.copies()) {
            commands.reason("writing " + copy.value());
            commands.copy(
                    copy.from().address(), copy.to().address(), copy.from().bytes());
        }
        finish(commands);
    }

    /// Makes a list of commands that is closed with this.
    private Commands commands() {
        return handles.add(new Commands(rank));
    }

    private AscendTensor tensor(TensorType type) {
        return handles.add(new AscendTensor(rank, type));
    }

    /// Makes steps of what was collected.
    private void finish(Commands commands) {
        for (Command command : commands.list()) {
            steps.add(() -> {
                last = command.toString();
                command.issue();
                if (BLOCKING) {
                    rank.stream().synchronize();
                }
            });
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
            rank.worker().run(this::runSteps);
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

    private void runSteps() {
        rank.runs(this);
        rank.clearStatus();
        steps.forEach(Runnable::run);
        rank.stream().synchronize();
        rank.runs(null);
    }

    /// Says which Op was given to the device last.
    String atWork() {
        return "; rank %d had given it %s".formatted(rank.index(), last);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        rank.worker().run(handles::close);
    }
}

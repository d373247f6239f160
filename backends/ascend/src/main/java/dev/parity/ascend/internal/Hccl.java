package dev.parity.ascend.internal;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.parity.ascend.internal.cann.Cann;
import dev.parity.ascend.internal.cann.DataType;
import dev.parity.ascend.internal.cann.Device;
import dev.parity.ascend.internal.ops.Commands;
import dev.parity.spi.BackendException;
import dev.parity.spi.Communicator;
import dev.parity.spi.Node;
import dev.parity.spi.Op;
import dev.parity.spi.Value;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Collectives of ranks that have a device each. The order of an all-reduce is HCCL's own.
final class Hccl implements AutoCloseable {
    private static final int SUM = 0; // HcclReduceOp
    private static final int MAX = 2;
    private static final int DETERMINISTIC = 0; // HcclConfig

    private static final List<String> VARIABLES = List.of("HCCL_DETERMINISTIC", "HCCL_ALGO", "HCCL_OP_EXPANSION_MODE");

    private final Cann cann;
    private final List<Device> devices;
    private final boolean widens;
    private final Map<List<Integer>, List<MemorySegment>> groups = new HashMap<>();
    private boolean aborted;

    /// @param devices of each rank
    /// @param widens whether flags are reduced as INT32; else as bytes, which HCCL refuses
    /// @param orders whether an all-reduce is told to add in one order
    Hccl(List<Device> devices, boolean widens, boolean orders) {
        this.devices = List.copyOf(devices);
        this.widens = widens;
        cann = devices.getFirst().cann();
        if (!cann.has("HcclCommInitAll")) {
            throw new BackendException(
                    "libhccl.so was not found, by which ranks with a device each meet: install the whole toolkit, or have"
                            + " one device by ASCEND_RT_VISIBLE_DEVICES=0, whose streams meet without it");
        }
        if (orders) {
            try (Arena arena = Arena.ofConfined()) {
                check("HcclSetConfig", DETERMINISTIC, arena.allocateFrom(JAVA_INT, 1));
            }
        }
    }

    /// Names what of the environment decides the order, for provenance.
    static String text() {
        return VARIABLES.stream()
                .map(name -> "%s=%s".formatted(name, System.getenv().getOrDefault(name, "not set")))
                .collect(Collectors.joining(", ", "HCCL in its own order, ", ""));
    }

    private void check(String function, Object... arguments) {
        int code = cann.call(function, arguments);
        if (code != 0) {
            throw new BackendException(cann.hcclFailure(code, function));
        }
    }

    /// Returns the communicators of a group, one a member.
    private synchronized List<MemorySegment> group(List<Integer> ranks) {
        if (aborted) {
            throw new BackendException("HCCL was aborted");
        }
        return groups.computeIfAbsent(ranks, _ -> {
            try (Arena arena = Arena.ofConfined()) {
                int[] ordinals = ranks.stream()
                        .mapToInt(rank -> devices.get(rank).ordinal())
                        .toArray();
                MemorySegment made = arena.allocate(ADDRESS, ordinals.length);
                check("HcclCommInitAll", ordinals.length, arena.allocateFrom(JAVA_INT, ordinals), made);
                return IntStream.range(0, ordinals.length)
                        .mapToObj(i -> made.getAtIndex(ADDRESS, i))
                        .toList();
            }
        });
    }

    /// Makes the step of a collective: the ranks' threads meet first, so that nobody is left waiting in HCCL for a
    /// rank that failed.
    Runnable step(
            int rank,
            Communicator communicator,
            Op.Collective op,
            Node node,
            ToLongFunction<Value> addresses,
            Commands commands) {
        List<Integer> ranks = op.group().of(rank);
        MemorySegment comm = group(ranks).get(ranks.indexOf(rank));
        MemorySegment stream = commands.stream().handle();
        switch (op) {
            case Op.AllReduce all ->
                allReduce(node, comm, all.reduction() == Op.Reduction.SUM ? SUM : MAX, addresses, commands);
            case Op.AllToAll _ -> {
                MemorySegment from = Cann.pointer(addresses.applyAsLong(node.input(0)));
                MemorySegment to = Cann.pointer(addresses.applyAsLong(node.output()));
                int type = type(node.output()).hccl();
                long block = node.output().shape().size() / ranks.size();
                commands.add(
                        "HcclAlltoAll", () -> check("HcclAlltoAll", from, block, type, to, block, type, comm, stream));
            }
            case Op.Broadcast _ -> {
                for (int t = 0; t < node.inputs().size(); t++) {
                    Value value = node.outputs().get(t);
                    long to = addresses.applyAsLong(value);
                    commands.copy(addresses.applyAsLong(node.input(t)), to, bytes(value));
                    long count = value.shape().size();
                    commands.add(
                            "HcclBroadcast",
                            () -> check(
                                    "HcclBroadcast",
                                    Cann.pointer(to),
                                    count,
                                    type(value).hccl(),
                                    0,
                                    comm,
                                    stream));
                }
            }
        }
        return communicator.exchange(ranks, rank, rank, _ -> commands.issue(), false);
    }

    private static DataType type(Value value) {
        return DataType.of(value.element());
    }

    private static long bytes(Value value) {
        return (long) value.shape().size() * value.element().bytes();
    }

    /// Packs all tensors into one message, so that its chunks are those of the whole.
    private void allReduce(
            Node node, MemorySegment comm, int reduction, ToLongFunction<Value> addresses, Commands commands) {
        DataType type = type(node.output());
        long total = node.inputs().stream().mapToLong(Hccl::bytes).sum();
        boolean bytes = type == DataType.INT32 && !widens;
        int kind = (bytes ? DataType.UINT8 : type).hccl();
        long count = bytes ? total : total / type.bytes();
        long message = commands.memory(total);
        long at = message;
        for (Value value : node.inputs()) {
            commands.copy(addresses.applyAsLong(value), at, bytes(value));
            at += bytes(value);
        }
        commands.add(
                "HcclAllReduce of %d bytes".formatted(total),
                () -> check(
                        "HcclAllReduce",
                        Cann.pointer(message),
                        Cann.pointer(message),
                        count,
                        kind,
                        reduction,
                        comm,
                        commands.stream().handle()));
        at = message;
        for (Value value : node.outputs()) {
            commands.copy(at, addresses.applyAsLong(value), bytes(value));
            at += bytes(value);
        }
    }

    /// Starts nothing more; what a device waits for ends when HCCL's own time is up.
    synchronized void abort() {
        aborted = true;
    }

    @Override
    public synchronized void close() {
        groups.forEach((ranks, comms) -> comms.forEach(comm -> {
            int code = cann.call("HcclCommDestroy", comm);
            if (code != 0 && !aborted) {
                throw new BackendException(cann.hcclFailure(code, "HcclCommDestroy of " + ranks));
            }
        }));
        groups.clear();
    }
}

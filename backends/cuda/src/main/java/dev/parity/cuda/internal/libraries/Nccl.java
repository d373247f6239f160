package dev.parity.cuda.internal.libraries;

import static org.bytedeco.cuda.global.nccl.ncclAllReduce;
import static org.bytedeco.cuda.global.nccl.ncclBfloat16;
import static org.bytedeco.cuda.global.nccl.ncclBroadcast;
import static org.bytedeco.cuda.global.nccl.ncclCommAbort;
import static org.bytedeco.cuda.global.nccl.ncclCommDestroy;
import static org.bytedeco.cuda.global.nccl.ncclCommInitAll;
import static org.bytedeco.cuda.global.nccl.ncclFloat16;
import static org.bytedeco.cuda.global.nccl.ncclFloat32;
import static org.bytedeco.cuda.global.nccl.ncclGetErrorString;
import static org.bytedeco.cuda.global.nccl.ncclGetVersion;
import static org.bytedeco.cuda.global.nccl.ncclGroupEnd;
import static org.bytedeco.cuda.global.nccl.ncclGroupStart;
import static org.bytedeco.cuda.global.nccl.ncclInt32;
import static org.bytedeco.cuda.global.nccl.ncclMax;
import static org.bytedeco.cuda.global.nccl.ncclRecv;
import static org.bytedeco.cuda.global.nccl.ncclSend;
import static org.bytedeco.cuda.global.nccl.ncclSuccess;
import static org.bytedeco.cuda.global.nccl.ncclSum;
import static org.bytedeco.cuda.global.nccl.ncclUint8;

import dev.parity.cuda.internal.driver.Device;
import dev.parity.cuda.internal.ops.Commands;
import dev.parity.spi.BackendException;
import dev.parity.spi.Communicator;
import dev.parity.spi.ElementType;
import dev.parity.spi.Node;
import dev.parity.spi.Op;
import dev.parity.spi.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.nccl.ncclComm;
import org.bytedeco.javacpp.PointerPointer;

/// Collectives of ranks that have a device each. The order of an all-reduce is NCCL's own; with the
/// environment's NCCL_ALGO=Ring and NCCL_PROTO=Simple it is that of `RING`.
public final class Nccl implements AutoCloseable {
    private final List<Device> devices;
    private final Map<List<Integer>, List<ncclComm>> groups = new HashMap<>();
    private boolean aborted;

    /// Makes what the ranks of one process meet through.
    ///
    /// @param devices of each rank
    public Nccl(List<Device> devices) {
        this.devices = List.copyOf(devices);
    }

    /// Names the library and what of the environment decides its order, for provenance.
    ///
    /// @return with its version
    public static String text() {
        int[] version = new int[1];
        check(ncclGetVersion(version), "ncclGetVersion");
        return "NCCL %d.%d.%d, NCCL_ALGO=%s, NCCL_PROTO=%s"
                .formatted(
                        version[0] / 10_000,
                        version[0] / 100 % 100,
                        version[0] % 100,
                        System.getenv().getOrDefault("NCCL_ALGO", "not set"),
                        System.getenv().getOrDefault("NCCL_PROTO", "not set"));
    }

    private static void check(int code, String what) {
        if (code != ncclSuccess) {
            throw new BackendException(
                    "%s: %s (%d)".formatted(what, ncclGetErrorString(code).getString(), code));
        }
    }

    /// Returns the communicators of a group, one a member.
    private synchronized List<ncclComm> group(List<Integer> ranks) {
        if (aborted) {
            throw new BackendException("NCCL was aborted");
        }
        return groups.computeIfAbsent(ranks, _ -> {
            int[] ordinals =
                    ranks.stream().mapToInt(rank -> devices.get(rank).ordinal()).toArray();
            try (PointerPointer<ncclComm> made = new PointerPointer<>(ordinals.length)) {
                check(ncclCommInitAll(made, ordinals.length, ordinals), "ncclCommInitAll");
                List<ncclComm> comms = new ArrayList<>();
                for (int i = 0; i < ordinals.length; i++) {
                    comms.add(made.get(ncclComm.class, i));
                }
                return List.copyOf(comms);
            }
        });
    }

    /// Makes the step of a collective: the ranks' threads meet first, so that nobody is left waiting in a
    /// kernel of NCCL for a rank that failed.
    ///
    /// @param rank who this is
    /// @param communicator where the threads meet
    /// @param op the Op
    /// @param node its node
    /// @param addresses of the node's values
    /// @param commands closed by the caller
    /// @return the step
    public Runnable step(
            int rank,
            Communicator communicator,
            Op.Collective op,
            Node node,
            ToLongFunction<Value> addresses,
            Commands commands) {
        List<Integer> ranks = op.group().of(rank);
        ncclComm comm = group(ranks).get(ranks.indexOf(rank));
        CUstream_st stream = commands.stream().handle();
        switch (op) {
            case Op.AllReduce all ->
                allReduce(node, comm, all.reduction() == Op.Reduction.SUM ? ncclSum : ncclMax, addresses, commands);
            case Op.AllToAll _ -> {
                long from = addresses.applyAsLong(node.input(0));
                long to = addresses.applyAsLong(node.output());
                long block = bytes(node.output()) / ranks.size();
                commands.add("ncclSend and ncclRecv", () -> {
                    check(ncclGroupStart(), "ncclGroupStart");
                    for (int peer = 0; peer < ranks.size(); peer++) {
                        check(
                                ncclSend(Addresses.of(from + peer * block), block, ncclUint8, peer, comm, stream),
                                "ncclSend");
                        check(
                                ncclRecv(Addresses.of(to + peer * block), block, ncclUint8, peer, comm, stream),
                                "ncclRecv");
                    }
                    check(ncclGroupEnd(), "ncclGroupEnd");
                });
            }
            case Op.Broadcast _ -> {
                for (int t = 0; t < node.inputs().size(); t++) {
                    long from = addresses.applyAsLong(node.input(t));
                    long to = addresses.applyAsLong(node.outputs().get(t));
                    long size = bytes(node.input(t));
                    commands.add(
                            "ncclBroadcast",
                            () -> check(
                                    ncclBroadcast(
                                            Addresses.of(from), Addresses.of(to), size, ncclUint8, 0, comm, stream),
                                    "ncclBroadcast"));
                }
            }
        }
        return communicator.exchange(ranks, rank, rank, _ -> commands.issue(), false);
    }

    private static long bytes(Value value) {
        return (long) value.shape().size() * value.element().bytes();
    }

    /// Packs all tensors into one message, so that its chunks are those of the whole.
    private static void allReduce(
            Node node, ncclComm comm, int reduction, ToLongFunction<Value> addresses, Commands commands) {
        ElementType type = node.output().element();
        int kind = switch (type) {
            case FP16 -> ncclFloat16;
            case BF16 -> ncclBfloat16;
            case FP32 -> ncclFloat32;
            case INT32 -> ncclInt32;
            case FP64, UINT8 -> throw new BackendException("no all-reduce of " + type);
        };
        long total = node.inputs().stream().mapToLong(Nccl::bytes).sum();
        long message = commands.scratch(total);
        long at = message;
        for (Value value : node.inputs()) {
            commands.copy(addresses.applyAsLong(value), at, bytes(value));
            at += bytes(value);
        }
        commands.add(
                "ncclAllReduce of %d bytes".formatted(total),
                () -> check(
                        ncclAllReduce(
                                Addresses.of(message),
                                Addresses.of(message),
                                total / type.bytes(),
                                kind,
                                reduction,
                                comm,
                                commands.stream().handle()),
                        "ncclAllReduce"));
        at = message;
        for (Value value : node.outputs()) {
            commands.copy(at, addresses.applyAsLong(value), bytes(value));
            at += bytes(value);
        }
    }

    /// Ends all communication, also that of ranks that wait on their devices.
    ///
    /// @throws BackendException if a communicator could not be aborted; all others were
    public synchronized void abort() {
        aborted = true;
        List<Integer> codes = groups.values().stream()
                .flatMap(List::stream)
                .map(comm -> ncclCommAbort(comm))
                .toList();
        groups.clear();
        codes.forEach(code -> check(code, "ncclCommAbort"));
    }

    @Override
    public synchronized void close() {
        groups.values().forEach(comms -> comms.forEach(comm -> check(ncclCommDestroy(comm), "ncclCommDestroy")));
        groups.clear();
    }
}

package dev.parity.cli;

import dev.parity.spi.Doctor.Finding;
import dev.parity.spi.Machine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What any device wants of its host: limits, shared memory, cores and their memory.
final class HostChecks {
    /// Sockets and files of a training of 8 ranks with its data loaders.
    private static final long FILES = 65_536;
    /// Bytes of shared memory below which data loaders and collectives of several ranks fail.
    private static final long SHARED = 1L << 30;

    private static final Pattern SHM = Pattern.compile("(?m)^\\S+ /dev/shm \\S+ (\\S+)");
    private static final Pattern SIZE = Pattern.compile("\\bsize=(\\d+)([kmg]?)");
    private static final Pattern NODE = Pattern.compile("node\\d+");
    private static final Pattern ALLOWED = Pattern.compile("(?m)^Cpus_allowed_list:\\s*(\\S+)");

    private HostChecks() {}

    static List<Finding> examine(Machine machine) {
        List<Finding> findings = new ArrayList<>();
        limit(machine, "Max open files")
                .ifPresent(limit -> findings.add(
                        limit >= FILES
                                ? Finding.ok("open files", text(limit))
                                : Finding.warn(
                                        "open files",
                                        text(limit),
                                        "ulimit -n %d, or docker's --ulimit nofile=%d".formatted(FILES, FILES))));
        limit(machine, "Max locked memory")
                .ifPresent(
                        limit -> findings.add(
                                limit == Long.MAX_VALUE
                                        ? Finding.ok("locked memory", text(limit))
                                        : Finding.warn(
                                                "locked memory",
                                                limit + " bytes",
                                                "ulimit -l unlimited, or docker's --ulimit memlock=-1: pinned memory needs it")));
        shared(machine)
                .ifPresent(bytes -> findings.add(
                        bytes >= SHARED
                                ? Finding.ok("shared memory", bytes + " bytes")
                                : Finding.warn(
                                        "shared memory", bytes + " bytes", "docker's --shm-size 16g or --ipc host")));
        findings.addAll(cores(machine));
        return findings;
    }

    private static String text(long limit) {
        return limit == Long.MAX_VALUE ? "unlimited" : String.valueOf(limit);
    }

    /// Reads the soft limit, `Long.MAX_VALUE` if there is none.
    private static Optional<Long> limit(Machine machine, String name) {
        Matcher found = Pattern.compile("(?m)^" + name + "\\s+(\\d+|unlimited)")
                .matcher(machine.read("/proc/self/limits").orElse(""));
        return found.find()
                ? Optional.of(found.group(1).equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(found.group(1)))
                : Optional.empty();
    }

    private static Optional<Long> shared(Machine machine) {
        Matcher mount = SHM.matcher(machine.read("/proc/mounts").orElse(""));
        if (!mount.find()) {
            return Optional.empty();
        }
        Matcher size = SIZE.matcher(mount.group(1));
        if (!size.find()) {
            return Optional.empty(); // half of the memory
        }
        int shift = switch (size.group(2)) {
            case "k" -> 10;
            case "m" -> 20;
            case "g" -> 30;
            default -> 0;
        };
        return Optional.of(Long.parseLong(size.group(1)) << shift);
    }

    private static List<Finding> cores(Machine machine) {
        String online =
                machine.read("/sys/devices/system/cpu/online").orElse("").strip();
        Matcher allowed = ALLOWED.matcher(machine.read("/proc/self/status").orElse(""));
        List<Finding> findings = new ArrayList<>();
        int nodes = machine.matching("/sys/devices/system/node", NODE).size();
        boolean bound = allowed.find() && !online.isEmpty() && !allowed.group(1).equals(online);
        if (!online.isEmpty()) {
            findings.add(Finding.ok(
                    "cores", bound ? "bound to %s of %s".formatted(allowed.group(1), online) : online + ", not bound"));
        }
        if (nodes > 0) {
            findings.add(
                    nodes == 1 || bound
                            ? Finding.ok("NUMA", nodes == 1 ? "1 node" : nodes + " nodes, bound")
                            : Finding.warn(
                                    "NUMA",
                                    nodes + " nodes, not bound",
                                    "start each rank with numactl --cpunodebind=N --membind=N, N the node of its"
                                            + " device (npu-smi info -t topo, nvidia-smi topo -m)"));
        }
        return findings;
    }
}

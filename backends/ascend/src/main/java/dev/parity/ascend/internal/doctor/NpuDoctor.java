package dev.parity.ascend.internal.doctor;

import dev.parity.spi.Doctor;
import dev.parity.spi.Machine;
import dev.parity.spi.Machine.Access;
import dev.parity.spi.Machine.Ran;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Looks for Ascend NPUs, their driver and CANN.
public final class NpuDoctor implements Doctor {
    private static final Pattern NPU = Pattern.compile("davinci\\d+");
    private static final List<String> CONTROL = List.of("/dev/davinci_manager", "/dev/devmm_svm", "/dev/hisi_hdc");
    private static final String DRIVER = "/usr/local/Ascend/driver/version.info";
    private static final String OLD_TOOLKIT = "/usr/local/Ascend/ascend-toolkit/latest";
    private static final String NEW_TOOLKIT = "/usr/local/Ascend/cann";
    /// What a container needs of the host beside the devices.
    private static final List<String> MOUNTS = List.of(
            "/usr/local/dcmi",
            "/usr/local/bin/npu-smi",
            "/usr/local/Ascend/driver/lib64",
            DRIVER,
            "/etc/ascend_install.info");
    private static final Pattern VERSION = Pattern.compile("(?im)^\\s*version\\s*=\\s*(.+?)\\s*$");
    /// A row of `npu-smi info` that begins a device: number, name, health.
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\|\\s*\\d+\\s+(\\S*(?:910|950|310)\\S*)\\s*\\|\\s*(\\w+)");

    /// For the ServiceLoader.
    public NpuDoctor() {}

    @Override
    public String kind() {
        return "npu";
    }

    @Override
    public Examination examine(Machine machine) {
        List<String> npus = machine.matching("/dev", NPU);
        if (npus.isEmpty() && machine.access(DRIVER) == Access.ABSENT) {
            return new Examination(
                    List.of(Finding.missing(
                            "device",
                            "no NPU: neither /dev/davinci0 nor " + DRIVER,
                            "on a machine with an NPU, install Ascend's driver and firmware")),
                    List.of());
        }
        List<Finding> findings = new ArrayList<>();
        findings.add(Finding.nodes(
                machine,
                "device",
                npus.isEmpty() ? List.of("/dev/davinci0") : npus,
                "see 'dmesg | grep -i davinci', and install Ascend's driver anew"));
        findings.add(Finding.nodes(machine, "control", CONTROL, "install Ascend's driver"));
        findings.add(version(machine, List.of(DRIVER))
                .map(version -> Finding.ok("driver", version))
                .orElseGet(() -> Finding.missing(
                        "driver",
                        "no version in " + DRIVER,
                        "install Ascend's driver; in a container, mount " + DRIVER + " and driver/lib64")));
        findings.add(npuSmi(machine));
        findings.addAll(toolkit(machine));
        return new Examination(findings, npus.isEmpty() ? List.of() : docker(machine, npus));
    }

    private static List<String> docker(Machine machine, List<String> npus) {
        return Stream.concat(
                        Stream.concat(npus.stream(), CONTROL.stream())
                                .filter(path -> machine.access(path) != Access.ABSENT)
                                .map("--device "::concat),
                        MOUNTS.stream()
                                .filter(path -> machine.access(path) != Access.ABSENT)
                                .map(path -> "-v %s:%s:ro".formatted(path, path)))
                .toList();
    }

    private static Finding npuSmi(Machine machine) {
        return switch (machine.run("npu-smi", "info")) {
            case Ran.Failed(String reason) ->
                Finding.warn(
                        "npu-smi", reason, "install Ascend's driver; in a container, mount /usr/local/bin/npu-smi");
            case Ran.Ended ended
            when ended.code() != 0 ->
                Finding.failed(
                        "npu-smi",
                        ended,
                        "see that driver and firmware fit each other and that this user may use the devices");
            case Ran.Ended(int code, String out) -> {
                List<MatchResult> rows = ROW.matcher(out).results().toList();
                String names = String.join(
                        ", ", rows.stream().map(row -> row.group(1)).distinct().toList());
                long ill =
                        rows.stream().filter(row -> !row.group(2).equals("OK")).count();
                if (rows.isEmpty()) {
                    yield Finding.missing("npu-smi", "lists no NPU", "see 'npu-smi info' and 'dmesg'");
                }
                yield ill == 0
                        ? Finding.ok("npu-smi", "%d of %s, healthy".formatted(rows.size(), names))
                        : Finding.warn(
                                "npu-smi",
                                "%d of %d of %s not healthy".formatted(ill, rows.size(), names),
                                "see 'npu-smi info -t health'");
            }
        };
    }

    private static List<Finding> toolkit(Machine machine) {
        List<String> roots = Stream.of(OLD_TOOLKIT, NEW_TOOLKIT)
                .filter(root -> machine.access(root) != Access.ABSENT)
                .toList();
        String home = machine.variable("ASCEND_HOME_PATH");
        if (roots.isEmpty() && home.isEmpty()) {
            return List.of(Finding.missing(
                    "toolkit",
                    "neither %s nor %s".formatted(OLD_TOOLKIT, NEW_TOOLKIT),
                    "install CANN's toolkit and the kernels of this chip, version 8.1 or later"));
        }
        String root = home.isEmpty() ? roots.getLast() : home;
        List<Finding> findings = new ArrayList<>();
        findings.add(version(machine, infoFiles(machine, root))
                .map(version -> Finding.ok("toolkit", "%s in %s".formatted(version, root)))
                .orElseGet(() -> Finding.warn(
                        "toolkit",
                        "no version in " + root,
                        "see that CANN is installed completely, or set ASCEND_HOME_PATH")));
        if (roots.size() > 1) {
            findings.add(Finding.warn(
                    "layout",
                    "both %s and %s".formatted(OLD_TOOLKIT, NEW_TOOLKIT),
                    "source the set_env.sh of one of them only"));
        }
        findings.add(operators(machine, root));
        String setEnvironment = "before the program starts, 'source %s/set_env.sh'"
                .formatted(root.equals(OLD_TOOLKIT) ? "/usr/local/Ascend/ascend-toolkit" : root);
        String opp = machine.variable("ASCEND_OPP_PATH");
        if (opp.isEmpty() || machine.access(opp) != Access.USABLE) {
            findings.add(
                    Finding.missing("ASCEND_OPP_PATH", opp.isEmpty() ? "not set" : "no folder " + opp, setEnvironment));
        } else {
            findings.add(Finding.ok("ASCEND_OPP_PATH", opp));
        }
        boolean found = Stream.of(machine.variable("LD_LIBRARY_PATH").split(":", -1))
                .anyMatch(path -> path.startsWith(root + "/"));
        findings.add(
                found
                        ? Finding.ok("LD_LIBRARY_PATH", "has folders of " + root)
                        : Finding.missing("LD_LIBRARY_PATH", "has no folder of " + root, setEnvironment));
        return findings;
    }

    private static Finding operators(Machine machine, String root) {
        List<String> libraries = machine.list(root + "/lib64").stream()
                .filter(name -> name.matches("libopapi(_nn)?\\.so"))
                .toList();
        return switch (libraries.size()) {
            case 0 ->
                Finding.missing(
                        "operators",
                        "neither libopapi_nn.so nor libopapi.so in %s/lib64".formatted(root),
                        "install the operators of CANN for this chip");
            case 1 -> Finding.ok("operators", libraries.getFirst());
            default -> Finding.ok("operators", "libopapi_nn.so; libopapi.so beside it must not be loaded too");
        };
    }

    private static List<String> infoFiles(Machine machine, String root) {
        return Stream.concat(
                        machine.list(root).stream()
                                .filter(name -> name.endsWith("-linux"))
                                .map(name -> "%s/%s/ascend_toolkit_install.info".formatted(root, name)),
                        Stream.of(root + "/ascend_toolkit_install.info", root + "/version.cfg"))
                .toList();
    }

    private static Optional<String> version(Machine machine, List<String> files) {
        return files.stream()
                .flatMap(file -> machine.read(file).stream())
                .flatMap(text -> VERSION.matcher(text).results())
                .map(found -> found.group(1))
                .findFirst();
    }
}

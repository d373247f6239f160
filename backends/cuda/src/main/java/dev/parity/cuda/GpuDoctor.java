package dev.parity.cuda;

import dev.parity.spi.Doctor;
import dev.parity.spi.Machine;
import dev.parity.spi.Machine.Access;
import dev.parity.spi.Machine.Ran;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Looks for NVIDIA GPUs, their driver and CUDA.
public final class GpuDoctor implements Doctor {
    /// The oldest driver of CUDA 13.
    private static final int DRIVER = 580;
    private static final Pattern GPU = Pattern.compile("nvidia\\d+");
    private static final List<String> CONTROL = List.of("/dev/nvidiactl", "/dev/nvidia-uvm");
    private static final String VERSION_FILE = "/proc/driver/nvidia/version";
    private static final Pattern VERSION = Pattern.compile("Kernel Module(?: for \\S+)?\\s+(\\d+)(\\.[\\d.]+)?");
    private static final Pattern CUDA = Pattern.compile("\"cuda\"\\s*:\\s*\\{[^}]*\"version\"\\s*:\\s*\"([^\"]+)\"");
    private static final String RUNTIME = "libcudart.so.13";

    /// For the ServiceLoader.
    public GpuDoctor() {}

    @Override
    public String kind() {
        return "gpu";
    }

    @Override
    public Examination examine(Machine machine) {
        List<String> gpus = machine.matching("/dev", GPU);
        if (gpus.isEmpty() && machine.access(VERSION_FILE) == Access.ABSENT) {
            return new Examination(
                    List.of(Finding.missing(
                            "device",
                            "no GPU: neither /dev/nvidia0 nor " + VERSION_FILE,
                            "on a machine with a GPU, install NVIDIA's driver, %d or later".formatted(DRIVER))),
                    List.of());
        }
        List<Finding> findings = new ArrayList<>();
        findings.add(Finding.nodes(
                machine,
                "device",
                gpus.isEmpty() ? List.of("/dev/nvidia0") : gpus,
                "run nvidia-smi once as root, which makes it"));
        findings.add(Finding.nodes(machine, "control", CONTROL, "run 'nvidia-modprobe -u -c=0'"));
        findings.add(driver(machine));
        findings.add(nvidiaSmi(machine));
        findings.add(toolkit(machine));
        boolean container = machine.access("/usr/bin/nvidia-container-cli") == Access.USABLE
                || machine.access("/usr/bin/nvidia-ctk") == Access.USABLE;
        findings.add(
                container
                        ? Finding.ok("container", "NVIDIA's container toolkit")
                        : Finding.warn(
                                "container",
                                "no NVIDIA container toolkit, so docker knows no --gpus",
                                "install the package nvidia-container-toolkit, if containers are wanted"));
        return new Examination(findings, gpus.isEmpty() ? List.of() : docker(machine, gpus, container));
    }

    private static List<String> docker(Machine machine, List<String> gpus, boolean container) {
        return container
                ? List.of("--gpus all")
                : Stream.concat(gpus.stream(), CONTROL.stream())
                        .filter(path -> machine.access(path) != Access.ABSENT)
                        .map("--device "::concat)
                        .toList();
    }

    private static Finding driver(Machine machine) {
        Matcher version = VERSION.matcher(machine.read(VERSION_FILE).orElse(""));
        if (!version.find()) {
            return Finding.missing("driver", "no version in " + VERSION_FILE, "install NVIDIA's driver");
        }
        String name = version.group(1) + Objects.requireNonNullElse(version.group(2), "");
        return Integer.parseInt(version.group(1)) >= DRIVER
                ? Finding.ok("driver", name)
                : Finding.missing(
                        "driver", name, "install NVIDIA's driver %d or later, which CUDA 13 needs".formatted(DRIVER));
    }

    private static Finding nvidiaSmi(Machine machine) {
        return switch (machine.run("nvidia-smi", "--query-gpu=name,compute_cap", "--format=csv,noheader")) {
            case Ran.Failed(String reason) ->
                Finding.warn("nvidia-smi", reason, "install NVIDIA's driver with its tools");
            case Ran.Ended ended
            when ended.code() != 0 || ended.out().isBlank() ->
                Finding.failed(
                        "nvidia-smi",
                        ended,
                        "see that driver and kernel module are of one version; restart after an update");
            case Ran.Ended(int code, String out) ->
                Finding.ok("nvidia-smi", String.join("; ", out.strip().lines().toList()));
        };
    }

    private static Finding toolkit(Machine machine) {
        Stream<String> path = Stream.of(machine.variable("LD_LIBRARY_PATH").split(":", -1));
        boolean runtime = Stream.concat(
                        path,
                        Stream.of(
                                "/usr/local/cuda/lib64",
                                "/usr/lib/x86_64-linux-gnu",
                                "/usr/lib/aarch64-linux-gnu",
                                "/usr/lib64"))
                .anyMatch(folder -> machine.list(folder).contains(RUNTIME));
        Matcher version =
                CUDA.matcher(machine.read("/usr/local/cuda/version.json").orElse(""));
        String found = version.find() ? "CUDA " + version.group(1) : "no /usr/local/cuda/version.json";
        return runtime
                ? Finding.ok("toolkit", "%s, %s".formatted(found, RUNTIME))
                : Finding.missing(
                        "toolkit",
                        "%s, no %s".formatted(found, RUNTIME),
                        "install CUDA 13, or set LD_LIBRARY_PATH to the folder of " + RUNTIME);
    }
}

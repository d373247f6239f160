package dev.parity.cli;

import dev.parity.spi.Doctor;
import dev.parity.spi.Doctor.Examination;
import dev.parity.spi.Doctor.Finding;
import dev.parity.spi.Machine;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Checks what devices need of this machine.
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description =
                "Check what NPUs and GPUs need of this machine: device nodes, drivers, toolkits, environment, limits,"
                        + " cores. Says how to mend what is missing, and how to start a container with what is there.",
        footer = {
            "",
            "Exit code 0; with --device, 4 if that device cannot be used.",
            "",
            "Example:",
            "  parity doctor --device npu"
        })
final class DoctorCommand implements Callable<Integer> {
    private static final int TOOL_SECONDS = 20;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--device", paramLabel = "KIND", description = "npu or gpu: exit with 4 if it cannot be used")
    private Optional<String> device = Optional.empty();

    @Option(names = "--json", description = "print as JSON")
    private boolean json;

    /// All that was found.
    ///
    /// @param host what is the same for all devices
    /// @param devices by kind
    record Checkup(List<Finding> host, SequencedMap<String, Examination> devices) {
        static Checkup of(Machine machine, List<Doctor> doctors) {
            SequencedMap<String, Examination> devices = new LinkedHashMap<>();
            doctors.forEach(doctor -> devices.put(doctor.kind(), doctor.examine(machine)));
            return new Checkup(HostChecks.examine(machine), devices);
        }

        /// Returns what was found of a device.
        ///
        /// @param kind that a doctor knows
        Examination of(String kind) {
            return Objects.requireNonNull(devices.get(kind), kind);
        }

        /// Returns a command that starts a container with a device.
        ///
        /// @param kind of the device
        /// @return empty if there is none to give to it
        Optional<String> docker(String kind) {
            List<String> options = of(kind).docker();
            return options.isEmpty()
                    ? Optional.empty()
                    : Optional.of("docker run --rm -it --network host --shm-size 16g --ulimit memlock=-1 %s parity-%s"
                            .formatted(String.join(" ", options), kind));
        }
    }

    @Override
    public Integer call() {
        List<Doctor> doctors = Doctor.all();
        List<String> kinds = doctors.stream().map(Doctor::kind).toList();
        if (device.isPresent() && !kinds.contains(device.get())) {
            throw new ParameterException(
                    spec.commandLine(), "there is no kind of device '%s', there are %s".formatted(device.get(), kinds));
        }
        Checkup checkup = Checkup.of(new SystemMachine(TOOL_SECONDS), doctors);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Output.json(tree(checkup), out);
        } else {
            print(checkup, out);
        }
        out.flush();
        boolean usable = device.map(kind -> checkup.of(kind).usable()).orElse(true);
        return usable ? ExitCode.OK : ExitCode.BROKEN;
    }

    static void print(Checkup checkup, PrintWriter out) {
        print("host", checkup.host, out);
        checkup.devices.forEach((kind, examination) -> {
            print(kind, examination.findings(), out);
            checkup.docker(kind).ifPresent(command -> out.println("  " + command));
        });
    }

    private static void print(String title, List<Finding> findings, PrintWriter out) {
        out.println(title);
        findings.forEach(finding -> {
            out.println("  %-7s  %-15s  %s".formatted(finding.level(), finding.subject(), finding.found()));
            if (!finding.remedy().isEmpty()) {
                out.println("  %-7s  %-15s  → %s".formatted("", "", finding.remedy()));
            }
        });
    }

    private static Map<String, Object> tree(Checkup checkup) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("host", checkup.host);
        checkup.devices.forEach((kind, examination) -> {
            Map<String, Object> device = new LinkedHashMap<>();
            device.put("usable", examination.usable());
            device.put("findings", examination.findings());
            device.put("docker", checkup.docker(kind).orElse(""));
            tree.put(kind, device);
        });
        return tree;
    }
}

package dev.parity.ascend.internal.cann;

import dev.parity.spi.Availability;
import dev.parity.spi.BackendException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Tells what a machine has: by looks at files first, then by opening the libraries.
public final class Probe {
    /// System property: where the device nodes are.
    public static final String NODES = "parity.ascend.nodes";
    /// System property: if `true`, a process that was cut from its terminal and parent is not refused.
    static final String DAEMON = "parity.ascend.daemon";

    private static final String OPP = "ASCEND_OPP_PATH";

    private Probe() {}

    /// What was found.
    ///
    /// @param soc generation
    /// @param name of the system on chip
    /// @param devices how many
    private record Found(Soc soc, String name, int devices) {}

    /// Looks for devices and for what they need.
    ///
    /// @return the devices, or what is missing and how to mend it
    public static Availability look() {
        try {
            Found found = find();
            return new Availability.Available(new ArrayList<>(Collections.nCopies(
                    found.devices(),
                    "%s, %s".formatted(found.name(), Cann.open().version()))));
        } catch (Missing missing) {
            return new Availability.Unavailable(missing.reason());
        }
    }

    /// Tells the generation of the devices.
    ///
    /// @return of all devices of this machine
    /// @throws BackendException if there is none, or it cannot be told
    public static Soc soc() {
        try {
            return find().soc();
        } catch (Missing missing) {
            throw new BackendException(
                    "which mode an NPU has by default depends on its generation, and there is none to ask: "
                            + missing.reason(),
                    missing);
        }
    }

    private static Found find() throws Missing {
        Path nodes = Path.of(System.getProperty(NODES, "/dev"));
        if (!Files.exists(nodes.resolve("davinci_manager"))) {
            throw new Missing(("no NPU driver (%s was not found): install the driver and firmware, and in a container"
                            + " start it with --device=/dev/davinci0 --device=/dev/davinci_manager"
                            + " --device=/dev/devmm_svm --device=/dev/hisi_hdc")
                    .formatted(nodes.resolve("davinci_manager")));
        }
        checkNotDaemon();
        Cann cann = Cann.open();
        if (C.environment(OPP).isEmpty()) {
            throw new Missing(
                    OPP
                            + " is not set, and no operator is found without it: source set_env.sh of the toolkit before starting");
        }
        int devices = cann.devices();
        if (devices == 0) {
            throw new Missing(
                    "the driver counts no device: does npu-smi info list one, is /dev/davinci0 there, and does"
                            + " ASCEND_RT_VISIBLE_DEVICES hide it?");
        }
        String name = cann.soc();
        return new Found(Soc.of(name), name, devices);
    }

    /// An orphan without a terminal is what a daemon is; CANN cannot start its operator compiler there.
    private static void checkNotDaemon() throws Missing {
        Path status = Path.of("/proc/self/stat");
        if (Boolean.getBoolean(DAEMON) || !Files.exists(status)) {
            return;
        }
        try {
            String text = Files.readString(status);
            String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
            boolean orphan = fields[1].equals("1") && fields[4].equals("0");
            boolean booted = List.of("systemd", "init")
                    .contains(Files.readString(Path.of("/proc/1/comm")).strip());
            if (orphan && booted) {
                throw new Missing(
                        ("this process is a daemon (its parent is init, and it has no terminal), where CANN cannot"
                                        + " start its operator compiler (EH9999): start it from a shell, or say that it may be one"
                                        + " by -D%s=true")
                                .formatted(DAEMON));
            }
        } catch (IOException unreadable) {
            throw new Missing("cannot read %s: %s".formatted(status, unreadable.getMessage()));
        }
    }
}

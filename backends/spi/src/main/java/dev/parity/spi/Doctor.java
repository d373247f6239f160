package dev.parity.spi;

import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;

/// Knows what a kind of device needs of a machine; found by [ServiceLoader].
public interface Doctor {
    /// Names the kind of device.
    ///
    /// @return `npu` or `gpu`
    String kind();

    /// Looks at a machine; never throws.
    ///
    /// @param machine this one, or a recorded one
    /// @return what was found
    Examination examine(Machine machine);

    /// Lists the doctors on the class path.
    ///
    /// @return sorted by kind
    static List<Doctor> all() {
        return ServiceLoader.load(Doctor.class).stream()
                .map(ServiceLoader.Provider::get)
                .sorted(Comparator.comparing(Doctor::kind))
                .toList();
    }

    /// What a look at a machine found.
    ///
    /// @param findings one for each subject
    /// @param docker options that give a container the devices and files that are there; none without a device
    record Examination(List<Finding> findings, List<String> docker) {
        /// Copies the lists.
        public Examination {
            findings = List.copyOf(findings);
            docker = List.copyOf(docker);
        }

        /// Tells whether nothing is missing.
        ///
        /// @return whether the device can be used
        public boolean usable() {
            return findings.stream().noneMatch(finding -> finding.level == Level.MISSING);
        }
    }

    /// How bad it is.
    enum Level {
        /// As it should be.
        OK,
        /// It works, but may be slow or fail later.
        WARN,
        /// The device cannot be used.
        MISSING
    }

    /// One thing that was looked at.
    ///
    /// @param level how bad it is
    /// @param subject for example `driver`
    /// @param found what is there
    /// @param remedy how to mend it; empty if it is as it should be
    record Finding(Level level, String subject, String found, String remedy) {
        /// Reports what is as it should be.
        ///
        /// @param subject what was looked at
        /// @param found what is there
        /// @return the finding
        public static Finding ok(String subject, String found) {
            return new Finding(Level.OK, subject, found, "");
        }

        /// Reports what may be trouble.
        ///
        /// @param subject what was looked at
        /// @param found what is there
        /// @param remedy how to mend it
        /// @return the finding
        public static Finding warn(String subject, String found, String remedy) {
            return new Finding(Level.WARN, subject, found, remedy);
        }

        /// Reports what is missing.
        ///
        /// @param subject what was looked at
        /// @param found what is there
        /// @param remedy how to mend it
        /// @return the finding
        public static Finding missing(String subject, String found, String remedy) {
            return new Finding(Level.MISSING, subject, found, remedy);
        }

        /// Reports a tool that told nothing.
        ///
        /// @param tool its name
        /// @param ended how it ended
        /// @param remedy how to mend it
        /// @return the finding, with the tool's first line
        public static Finding failed(String tool, Machine.Ran.Ended ended, String remedy) {
            String said = ended.out().lines().findFirst().orElse("no output");
            return missing(tool, "ended with code %d: %s".formatted(ended.code(), said), remedy);
        }

        /// Reports on device nodes.
        ///
        /// @param machine to be looked at
        /// @param subject what they are
        /// @param paths that must be usable
        /// @param install what brings them
        /// @return the finding: those that are absent or denied, with how to mend it
        public static Finding nodes(Machine machine, String subject, List<String> paths, String install) {
            List<String> absent = of(machine, paths, Machine.Access.ABSENT);
            List<String> denied = of(machine, paths, Machine.Access.DENIED);
            if (!absent.isEmpty()) {
                return missing(
                        subject,
                        "no " + String.join(", ", absent),
                        install + "; in a container, start it with --device " + String.join(" --device ", absent));
            }
            return denied.isEmpty()
                    ? ok(subject, String.join(", ", paths))
                    : missing(
                            subject,
                            "no permission for " + String.join(", ", denied),
                            "add this user to the group of these files ('ls -l %s'), or run as root"
                                    .formatted(denied.getFirst()));
        }

        private static List<String> of(Machine machine, List<String> paths, Machine.Access access) {
            return paths.stream().filter(path -> machine.access(path) == access).toList();
        }
    }
}

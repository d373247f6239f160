package dev.parity.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;

/// Runs the program as a process, as a user does, in a folder of its own.
abstract class CliProcess {
    /// A short MoE run: 60 steps, 2 ranks.
    static final List<String> SHORT = List.of(
            "--set",
            "train.steps=60",
            "--set",
            "data.trainItems=960",
            "--set",
            "data.testItems=200",
            "--set",
            "precision.lossScaleWindow=10");

    /// The commands that compute.
    private static final Set<String> COMPUTING =
            Set.of("run", "record", "baseline", "gate", "calibrate", "lockstep", "model");

    @TempDir
    Path folder;

    /// What a process left.
    record Outcome(int code, String out, String err) {}

    ProcessBuilder command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                COMPUTING.contains(arguments.length == 0 ? "" : arguments[0])
                        ? "--add-modules=jdk.incubator.vector"
                        : "-XX:TieredStopAtLevel=1", // too short for the optimising compiler to pay
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                // Surefire starts its JVM from a jar that only names the class path
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "dev.parity.cli.Main"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(folder.resolve("out.txt").toFile())
                .redirectError(folder.resolve("err.txt").toFile());
    }

    Outcome parity(String... arguments) throws IOException, InterruptedException {
        Process process = command(arguments).start();
        assertThat(process.waitFor(240, TimeUnit.SECONDS))
                .as("%s ends", List.of(arguments))
                .isTrue();
        return new Outcome(
                process.exitValue(),
                Files.readString(folder.resolve("out.txt")),
                Files.readString(folder.resolve("err.txt")));
    }

    Outcome record(String file, String... more) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("record", "moe-cifar", "-o", file));
        arguments.addAll(SHORT);
        arguments.addAll(List.of(more));
        return parity(arguments.toArray(String[]::new));
    }

    void assertRefused(String reason, String... arguments) throws IOException, InterruptedException {
        Outcome outcome = parity(arguments);
        assertThat(outcome.err).as("%s", List.of(arguments)).contains(reason);
        assertThat(outcome.code).as("%s", List.of(arguments)).isEqualTo(2);
    }
}

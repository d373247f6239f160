package dev.parity.ci;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Runs the project's scripts.
final class Scripts {
    static final Path ROOT = Path.of(System.getProperty("parity.root"));
    private static final int SECONDS = 900;

    private Scripts() {}

    /// Runs a command that must succeed, from the project's root.
    ///
    /// @param environment added to this process's
    /// @param output file that receives what it prints
    /// @return what it printed
    static String run(Map<String, String> environment, Path output, String... command)
            throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(ROOT.toFile()).redirectErrorStream(true);
        builder.redirectOutput(output.toFile()).environment().putAll(environment);
        Process process = builder.start();
        boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
        process.destroy();
        String text = Files.readString(output);
        assertThat(ended && process.exitValue() == 0).as(text).isTrue();
        return text;
    }
}

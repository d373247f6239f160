package dev.parity.importers;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/// Real logs that lie beside the checkout.
final class SharedLogs {
    private static final Path FOLDER =
            Path.of(System.getProperty("parity.root")).resolve("../shared/logs").normalize();

    private SharedLogs() {}

    /// Returns a log; where there is none, the test is skipped.
    static Path file(String name) {
        Path file = FOLDER.resolve(name);
        assumeTrue(Files.exists(file), () -> "needs the real logs: there is no " + file);
        return file;
    }
}

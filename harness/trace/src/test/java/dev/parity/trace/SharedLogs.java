package dev.parity.trace;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// The real logs that lie beside the checkout, in `../shared/logs`.
final class SharedLogs {
    private static final Path FOLDER = Path.of(System.getProperty("parity.root"), "../shared/logs");

    private SharedLogs() {}

    /// Returns a log, or skips the test where there is none.
    static Path file(String name) {
        Path file = FOLDER.resolve(name);
        assumeTrue(Files.exists(file), "no log at " + file.normalize());
        return file;
    }

    /// Reads a log.
    static RunTrace read(String name) {
        return RunReader.USUAL.read(file(name));
    }

    /// Returns the parts of a file that begin with `###`, by the line that begins them.
    static Map<String, String> sections(String name) throws IOException {
        Map<String, String> sections = new LinkedHashMap<>();
        String title = "";
        for (String line : Files.readAllLines(file(name))) {
            if (line.startsWith("###")) {
                title = line.substring(3).strip();
            } else {
                sections.merge(title, line + "\n", String::concat);
            }
        }
        return sections;
    }
}

package dev.parity.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.databind.json.JsonMapper;

/// What a command writes to a file, or prints where no file is named.
final class Output {
    private Output() {}

    /// Text that is written.
    @FunctionalInterface
    interface Text {
        /// Writes it.
        ///
        /// @param writer of the file or the terminal
        /// @throws IOException if what it is made of cannot be read
        void to(PrintWriter writer) throws IOException;
    }

    /// Prints a value as JSON.
    ///
    /// @param value of records, maps and lists
    /// @param to the terminal
    static void json(Object value, PrintWriter to) {
        to.println(JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(value));
    }

    /// Writes a text. A file is replaced when all of the text is there, and left as it was if that fails.
    ///
    /// @param file if any
    /// @param spec of the command that prints
    /// @param text to be written
    /// @throws IOException if the text cannot be made or the file not be written
    static void write(Optional<Path> file, CommandSpec spec, Text text) throws IOException {
        if (file.isEmpty()) {
            PrintWriter writer = spec.commandLine().getOut();
            text.to(writer);
            writer.flush();
            return;
        }
        Path half = file.get().resolveSibling(file.get().getFileName() + ".part");
        try {
            try (PrintWriter writer = new PrintWriter(Files.newBufferedWriter(half))) {
                text.to(writer);
            }
            Files.move(half, file.get(), StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(half);
        }
    }
}

package dev.parity.runner;

import dev.parity.statistics.Baseline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Baselines as JSON files, to be kept beside the code that they judge.
public final class Baselines {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private Baselines() {}

    /// Reads a baseline.
    ///
    /// @param file that [#write] wrote
    /// @return the baseline
    /// @throws IllegalArgumentException if there is no such file, or it holds no baseline
    /// @throws UncheckedIOException if it cannot be read
    public static Baseline read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(
                    "there is no baseline %s: approve one with 'parity baseline approve'".formatted(file));
        }
        try {
            return MAPPER.readValue(Files.readString(file), Baseline.class);
        } catch (JacksonException problem) {
            throw new IllegalArgumentException(
                    "%s is no baseline: %s".formatted(file, problem.getOriginalMessage()), problem);
        } catch (IOException problem) {
            throw new UncheckedIOException("cannot read the baseline " + file, problem);
        }
    }

    /// Writes a baseline: a whole file, or none.
    ///
    /// @param file replaced if it exists; its folder is made
    /// @param baseline to keep
    /// @throws UncheckedIOException if it cannot be written
    public static void write(Path file, Baseline baseline) {
        Path half = file.resolveSibling("half-" + file.getFileName());
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            Files.writeString(half, MAPPER.writeValueAsString(baseline) + "\n");
            Files.move(half, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException problem) {
            throw new UncheckedIOException("cannot write the baseline " + file, problem);
        }
    }
}

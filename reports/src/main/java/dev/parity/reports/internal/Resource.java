package dev.parity.reports.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A file of text beside this code.
public final class Resource {
    private Resource() {}

    /// Reads a file.
    ///
    /// @param name in the folder of the reports
    /// @return its text
    public static String read(String name) {
        try (@Nullable InputStream in = Resource.class.getResourceAsStream("/dev/parity/reports/" + name)) {
            if (in == null) {
                throw new IllegalStateException("%s is not in the jar".formatted(name));
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }
}

package dev.parity.cuda.internal.driver;

import dev.parity.spi.Canonical;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The kernels' files.
final class KernelSources {
    /// Files that others include.
    static final List<String> HEADERS = List.of("parity.cuh", "products.cuh");

    /// Files that are compiled, without their ending.
    static final List<String> FILES = List.of(
            "collectives",
            "convolution",
            "elements",
            "experts",
            "gate",
            "losses",
            "marks",
            "matmul",
            "optimizers",
            "pooling",
            "statistics");

    /// System property that names a folder to read the files from, for work on the kernels.
    static final String FOLDER = "parity.cuda.sources";

    private KernelSources() {}

    /// Reads a file.
    static String text(String name) {
        String folder = System.getProperty(FOLDER);
        try {
            return folder == null ? resource(name) : Files.readString(Path.of(folder, name));
        } catch (IOException problem) {
            throw new UncheckedIOException("cannot read " + name, problem);
        }
    }

    private static String resource(String name) throws IOException {
        try (InputStream file = KernelSources.class.getResourceAsStream("/dev/parity/cuda/internal/kernels/" + name)) {
            if (file == null) {
                throw new IllegalStateException("there is no file of kernels " + name);
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /// Returns the SHA-256 of all files, headers first, each list in its order.
    static String hash() {
        return Canonical.hash(Stream.concat(HEADERS.stream(), FILES.stream().map(name -> name + ".cu"))
                .map(KernelSources::text)
                .collect(Collectors.joining()));
    }

    /// Tells files of a folder, which may change while the process runs, from those of the jar.
    ///
    /// @return their hash, empty for those of the jar
    static String version() {
        return System.getProperty(FOLDER) == null ? "" : hash();
    }
}

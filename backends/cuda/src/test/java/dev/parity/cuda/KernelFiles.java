package dev.parity.cuda;

import dev.parity.fakecuda.FakeCuda;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// The kernels' files, as they are built.
final class KernelFiles {
    private KernelFiles() {}

    /// Finds their folder.
    static Path folder() {
        try {
            return Path.of(Objects.requireNonNull(KernelFiles.class.getResource("/dev/parity/cuda/internal/kernels"))
                    .toURI());
        } catch (URISyntaxException problem) {
            throw new IllegalStateException(problem);
        }
    }

    /// Copies them, with one text in one file replaced.
    static void copy(Path to, String file, String text, String by) {
        try (Stream<Path> files = Files.list(folder())) {
            for (Path source : files.toList()) {
                String content = Files.readString(source);
                if (source.endsWith(file)) {
                    if (!content.contains(text)) {
                        throw new IllegalArgumentException("%s has no %s".formatted(file, text));
                    }
                    content = content.replace(text, by);
                }
                Files.writeString(to.resolve(source.getFileName()), content);
            }
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    /// Writes a file for each file of kernels and element type that includes it as that type.
    static List<Path> ofEachType(Path to) {
        try (Stream<Path> files = Files.list(folder())) {
            List<Path> kernels =
                    files.filter(path -> path.toString().endsWith(".cu")).toList();
            return FakeCuda.forEachMacro(kernels, List.of("FP32", "FP16", "BF16"), to);
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }
}

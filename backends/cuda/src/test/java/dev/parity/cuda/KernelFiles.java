package dev.parity.cuda;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
        List<Path> made = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder())) {
            for (Path source :
                    files.filter(path -> path.toString().endsWith(".cu")).toList()) {
                for (String type : List.of("FP32", "FP16", "BF16")) {
                    String name = source.getFileName().toString();
                    Path wrapper = to.resolve(name.replace(".cu", "_" + type + ".cu"));
                    Files.writeString(wrapper, "#define %s\n#include \"%s\"\n".formatted(type, name));
                    made.add(wrapper);
                }
            }
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
        return made;
    }
}

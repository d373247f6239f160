package dev.parity.cuda.internal.driver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Where a CUDA toolkit keeps the headers that kernels include.
final class Toolkit {
    /// System property that names the toolkit's folder.
    private static final String HOME = "parity.cuda.home";

    private Toolkit() {}

    /// Finds the headers: below the folder that the property names, CUDA_HOME, CUDA_PATH, or the usual folders.
    static Optional<Path> headers() {
        List<Path> roots = new ArrayList<>();
        String home = System.getProperty(HOME);
        if (home != null) {
            roots.add(Path.of(home));
        }
        for (String variable : List.of("CUDA_HOME", "CUDA_PATH")) {
            String root = System.getenv(variable);
            if (root != null) {
                roots.add(Path.of(root));
            }
        }
        Path local = Path.of("/usr/local");
        roots.add(local.resolve("cuda"));
        if (Files.isDirectory(local)) {
            try (DirectoryStream<Path> versions = Files.newDirectoryStream(local, "cuda-13*")) {
                versions.forEach(roots::add);
            } catch (IOException problem) {
                throw new UncheckedIOException("cannot list " + local, problem);
            }
        }
        return roots.stream()
                .map(root -> root.resolve("include"))
                .filter(folder -> Files.exists(folder.resolve("cuda_fp16.h")))
                .findFirst();
    }
}

package dev.parity.fakecuda;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Builds the fakes from the sources on the class path, once for each state of the sources.
final class Builder {
    private static final int MINUTES = 5;

    private Builder() {}

    /// Builds the fakes if they are not in the cache. Two processes may do so at once: each builds for itself, and the
    /// one that is ready first leaves its result.
    static FakeLibraries build(Path cache) {
        try {
            Path unpacked = unpack();
            try {
                Path home = cache.resolve(digest(unpacked));
                if (!Files.isDirectory(home)) {
                    Files.createDirectories(cache);
                    build(unpacked, Files.createTempDirectory(cache, "building"), home);
                }
                return new FakeLibraries(home);
            } finally {
                delete(unpacked);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void build(Path sources, Path building, Path home) throws IOException {
        Output output =
                run(List.of("sh", sources.resolve("build.sh").toString(), sources.toString(), building.toString()));
        if (output.status() != 0) {
            delete(building);
            throw new IllegalStateException("building the fake CUDA libraries failed:\n%s".formatted(output.text()));
        }
        publish(building, home);
    }

    /// Gives a finished build its name, or drops it if another process was ready first.
    static void publish(Path building, Path home) throws IOException {
        try {
            Files.move(building, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            if (!Files.isDirectory(home)) {
                throw e;
            }
            delete(building);
        }
    }

    /// Copies the sources out of the directory or jar that they lie in.
    private static Path unpack() throws IOException {
        Path unpacked = Files.createTempDirectory("fake-cuda");
        try {
            URI uri = Objects.requireNonNull(Builder.class.getResource("native/build.sh"))
                    .toURI();
            if (uri.getScheme().equals("jar")) {
                try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
                    copy(jar.getPath("/dev/parity/fakecuda/native"), unpacked);
                }
            } else {
                copy(Path.of(uri).resolve("..").normalize(), unpacked);
            }
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
        return unpacked;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
    }

    private static String digest(Path sources) throws IOException {
        try (Stream<Path> files = Files.walk(sources)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                digest.update(sources.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
                digest.update(Files.readAllBytes(file));
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has SHA-256
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /// Runs a program to its end.
    ///
    /// @throws IllegalStateException if it does not end in time
    static Output run(List<String> command) {
        try {
            Path log = Files.createTempFile("fake-cuda", ".log");
            try {
                Process process = new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
                if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                    process.destroyForcibly();
                    throw new IllegalStateException("%s did not end in %d minutes".formatted(command, MINUTES));
                }
                return new Output(process.exitValue(), Files.readString(log));
            } finally {
                Files.delete(log);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while %s ran".formatted(command), e);
        }
    }
}

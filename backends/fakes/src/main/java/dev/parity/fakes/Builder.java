package dev.parity.fakes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Builds fake libraries from the sources that lie beside a class, once for each state of the sources.
public final class Builder {
    private static final int MINUTES = 5;

    private Builder() {}

    /// Why fakes cannot be built here.
    ///
    /// @param device that is faked, for the message
    /// @param programs that have to be in PATH
    /// @param flags that the processor has to have, as Linux names them
    /// @return what is missing, empty if nothing is
    public static Optional<String> missing(String device, List<String> programs, List<String> flags) {
        if (!System.getProperty("os.name").equals("Linux")
                || !System.getProperty("os.arch").equals("amd64")) {
            return Optional.of("the fake %s runs on Linux on x86-64 only".formatted(device));
        }
        List<String> lacking = new ArrayList<>();
        programs.stream()
                .filter(program -> Stream.of(
                                System.getenv().getOrDefault("PATH", "").split(":", -1))
                        .noneMatch(directory -> Files.isExecutable(Path.of(directory, program))))
                .forEach(program -> lacking.add("%s in PATH".formatted(program)));
        List<String> processor = processorFlags();
        flags.stream()
                .filter(flag -> !processor.contains(flag))
                .forEach(flag -> lacking.add("a processor with %s".formatted(flag)));
        return lacking.isEmpty()
                ? Optional.empty()
                : Optional.of("the fake %s needs %s".formatted(device, String.join(" and ", lacking)));
    }

    private static List<String> processorFlags() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("flags"))
                    .findFirst()
                    .map(line -> List.of(line.split(" ", -1)))
                    .orElse(List.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Builds the fakes if they are not in the cache: the directory of system property `parity.fake.cache`, by default
    /// one in the directory of temporary files. Of two processes that want the same, one builds and the other
    /// waits.
    ///
    /// @param owner beside which `native/build.sh` lies, which is given the sources and the directory to fill
    /// @param name of the fakes, for directories and messages
    /// @return the directory that `build.sh` filled
    /// @throws IllegalStateException if something does not compile, with the compiler's messages
    public static synchronized Path build(Class<?> owner, String name) {
        String set = System.getProperty("parity.fake.cache");
        Path cache = set == null
                ? Path.of(
                        System.getProperty("java.io.tmpdir"),
                        "parity-%s-%s".formatted(name, System.getProperty("user.name")))
                : Path.of(set).toAbsolutePath();
        try {
            Path unpacked = unpack(owner, name);
            try {
                Path home = cache.resolve(digest(unpacked));
                Files.createDirectories(cache);
                try (FileChannel lock =
                        FileChannel.open(cache.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                    lock.lock(); // until it is closed
                    if (!Files.isDirectory(home)) {
                        build(name, unpacked, Files.createTempDirectory(cache, "building"), home);
                    }
                }
                return home;
            } finally {
                delete(unpacked);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void build(String name, Path sources, Path building, Path home) throws IOException {
        Output output =
                run(List.of("sh", sources.resolve("build.sh").toString(), sources.toString(), building.toString()));
        if (output.status() != 0) {
            delete(building);
            throw new IllegalStateException("building the libraries of %s failed:\n%s".formatted(name, output.text()));
        }
        Files.move(building, home, StandardCopyOption.ATOMIC_MOVE); // whoever finds it finds all of it
    }

    /// Copies the sources out of the directory or jar that they lie in.
    private static Path unpack(Class<?> owner, String name) throws IOException {
        Path unpacked = Files.createTempDirectory(name);
        try {
            URI uri =
                    Objects.requireNonNull(owner.getResource("native/build.sh")).toURI();
            if (uri.getScheme().equals("jar")) {
                try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
                    copy(jar.getPath("/" + owner.getPackageName().replace('.', '/'), "native"), unpacked);
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
    /// @param command program and arguments
    /// @return how it ended and what it printed
    /// @throws IllegalStateException if it does not end in time
    public static Output run(List<String> command) {
        try {
            Path log = Files.createTempFile("fake", ".log");
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

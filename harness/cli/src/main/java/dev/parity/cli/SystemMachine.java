package dev.parity.cli;

import dev.parity.spi.Machine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// This machine.
///
/// @param seconds that a tool may take
record SystemMachine(int seconds) implements Machine {
    @Override
    public List<String> list(String folder) {
        try (Stream<Path> files = Files.list(Path.of(folder))) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        } catch (IOException problem) {
            return List.of(); // absent or denied, which access() tells apart
        }
    }

    @Override
    public Access access(String path) {
        Path file = Path.of(path);
        if (!Files.exists(file)) {
            return Access.ABSENT;
        }
        boolean device = !Files.isRegularFile(file) && !Files.isDirectory(file);
        return Files.isReadable(file) && (!device || Files.isWritable(file)) ? Access.USABLE : Access.DENIED;
    }

    @Override
    public Optional<String> read(String path) {
        try {
            return Optional.of(new String(Files.readAllBytes(Path.of(path)), StandardCharsets.UTF_8));
        } catch (IOException problem) {
            return Optional.empty(); // absent or denied, which access() tells apart
        }
    }

    @Override
    public Ran run(String... command) {
        Path out;
        try {
            out = Files.createTempFile("parity-tool", ".txt");
        } catch (IOException problem) {
            return new Ran.Failed("no temporary file: " + problem.getMessage());
        }
        try {
            // to a file, so that a tool that hangs does not hold the reader
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile())
                    .start();
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return new Ran.Failed("%s did not end within %d s".formatted(command[0], seconds));
            }
            return new Ran.Ended(process.exitValue(), Files.readString(out, StandardCharsets.ISO_8859_1));
        } catch (IOException problem) {
            return new Ran.Failed("%s does not start: %s".formatted(command[0], problem.getMessage()));
        } catch (InterruptedException problem) {
            Thread.currentThread().interrupt();
            return new Ran.Failed(command[0] + " was interrupted");
        } finally {
            out.toFile().delete();
        }
    }

    @Override
    public Map<String, String> environment() {
        return System.getenv();
    }
}

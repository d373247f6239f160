package dev.parity.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/// Measures how fast logs are read, beside `wc -l`.
@Command(name = "logs", description = "how fast importers read text logs, with a heap of 256 MB, beside wc -l")
final class LogsCommand implements Callable<Integer> {
    private static final long SEED = 17;

    @Option(
            names = "--mebibytes",
            paramLabel = "N",
            description = "size of a log that is made (default: ${DEFAULT-VALUE})")
    private int mebibytes = 1024;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("parity-bench-logs");
        try {
            for (MadeLog log : MadeLog.values()) {
                Path file = folder.resolve(log + ".log");
                long lines = log.write(file, (long) mebibytes << 20, SEED);
                measure(file, lines);
                Files.delete(file);
            }
        } finally {
            for (MadeLog log : MadeLog.values()) {
                Files.deleteIfExists(folder.resolve(log + ".log"));
            }
            Files.delete(folder);
        }
        return 0;
    }

    private static void measure(Path file, long lines) throws IOException, InterruptedException {
        wc(file); // the file is in memory from here on
        double megabytes = Files.size(file) / 1e6;
        long start = System.nanoTime();
        long counted = wc(file);
        double wc = (System.nanoTime() - start) / 1e9;
        if (counted != lines) {
            throw new IOException("%s has %d lines, wc counted %d".formatted(file, lines, counted));
        }
        LogsOnce.Result read = JsonMapper.shared()
                .readValue(
                        output(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-Xmx256m",
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Bench.class.getName(),
                                "logs-once",
                                file.toString()),
                        LogsOnce.Result.class);
        System.out.printf(
                "%s, %.0f MB, %d lines: %d points, %d gaps, %.0f MB/s of a core (%.0f MB/s by the clock); wc -l %.0f MB/s, %.1f times as fast%n",
                read.format(),
                megabytes,
                lines,
                read.points(),
                read.gaps(),
                megabytes / read.cpuSeconds(),
                megabytes / read.seconds(),
                megabytes / wc,
                read.seconds() / wc);
    }

    private static long wc(Path file) throws IOException, InterruptedException {
        String printed = output("wc", "-l", file.toString());
        return Long.parseLong(printed.substring(0, printed.indexOf(' ')));
    }

    private static String output(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("%s ended with %d".formatted(List.of(command), process.exitValue()));
        }
        return printed;
    }
}

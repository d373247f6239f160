package dev.parity.bench;

import dev.parity.trace.LogImporter;
import dev.parity.trace.LogSource;
import dev.parity.trace.Point;
import dev.parity.trace.RunReader;
import dev.parity.trace.TraceRecord;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/// One process of [LogsCommand]: finds the importer of a log and reads it once, the compiler's time included.
/// Prints a line of JSON.
@Command(name = "logs-once", hidden = true, description = "one process of logs, for one log")
final class LogsOnce implements Callable<Integer> {
    /// What a process measured.
    ///
    /// @param format that was found
    /// @param points that were told
    /// @param gaps that were told
    /// @param seconds from the first byte to the last, finding the format included
    /// @param cpuSeconds of the one thread that read
    record Result(String format, long points, long gaps, double seconds, double cpuSeconds) {}

    @Parameters
    private Path file;

    /// Counts what it hears, and keeps nothing.
    private static final class Counter implements Consumer<TraceRecord> {
        private long points;
        private long gaps;

        @Override
        public void accept(TraceRecord item) {
            points += item instanceof Point ? 1 : 0;
            gaps += item instanceof TraceRecord.Note(String _, boolean gap) && gap ? 1 : 0;
        }
    }

    @Override
    public Integer call() {
        Counter counter = new Counter();
        long start = System.nanoTime();
        long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        LogImporter importer = RunReader.USUAL.importer(file);
        try (LogSource source = LogSource.open(file)) {
            importer.read(source, counter);
        }
        cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu;
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.println(JsonMapper.shared()
                .writeValueAsString(new Result(importer.format(), counter.points, counter.gaps, seconds, cpu / 1e9)));
        return 0;
    }
}

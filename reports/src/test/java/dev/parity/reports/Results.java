package dev.parity.reports;

import dev.parity.statistics.Comparison;
import dev.parity.statistics.Pair;
import dev.parity.statistics.ParityResult;
import dev.parity.statistics.Profile;
import dev.parity.trace.RunReader;
import dev.parity.trace.RunTrace;
import dev.parity.trace.StepRecord;
import dev.parity.trace.TraceRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;

/// Answers that tests write in several forms.
final class Results {
    private Results() {}

    /// A log of 60 losses, as DeepSpeed's CIFAR example prints them.
    private static RunTrace log(Path file, double factor) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int step = 100; step <= 6000; step += 100) {
            text.append("[1, %5d] loss: %.3f\n".formatted(step, factor * (1 + Math.exp(-step / 2000.0))));
        }
        return RunReader.USUAL.read(Files.writeString(file, text + "Finished Training\n"));
    }

    /// Judges two logs whose losses differ by a factor.
    static ParityResult ofLogs(Path folder, double factor) throws IOException {
        return judge(log(folder.resolve("gpu.log"), 1), log(folder.resolve("npu.log"), factor));
    }

    static ParityResult judge(RunTrace reference, RunTrace candidate) {
        return new Comparison(List.of(new Pair(reference, candidate)), Profile.STRICT, Map.of()).judge();
    }

    /// Steps 1 to 60 of one rank.
    static List<TraceRecord> steps(IntToDoubleFunction loss) {
        List<TraceRecord> records = new ArrayList<>();
        for (int step = 1; step <= 60; step++) {
            records.add(new StepRecord(
                    step,
                    1,
                    List.of(loss.applyAsDouble(step)),
                    1,
                    false,
                    0.01,
                    new TreeMap<>(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of()));
        }
        return records;
    }

    static ReportFolder.Report report(Path file, String title, String command, ParityResult result) {
        return new ReportFolder.Report(
                result, file, title, command, Instant.parse("2026-11-29T13:31:01.75Z"), Duration.ofMillis(12_345));
    }
}

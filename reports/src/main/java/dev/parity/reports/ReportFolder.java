package dev.parity.reports;

import dev.parity.reports.internal.Fonts;
import dev.parity.statistics.ParityResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// A folder that takes a result: `report.html`, `result.json` and `junit.xml`.
///
/// It belongs to one user at a time. What an earlier one left as its result is removed before a new one is
/// sought, so that one that fails leaves no verdict that is not its own. The files of a result appear
/// when all are written.
public final class ReportFolder {
    private static final String REPORT = "report.html";
    private static final String JSON = "result.json";
    private static final String XML = "junit.xml";
    private static final List<String> FILES = List.of(REPORT, JSON, XML);
    /// Where the files are written first.
    private static final String PART = ".report.part";

    private static final String LOCK = ".lock";

    private ReportFolder() {}

    /// What was written.
    ///
    /// @param result the answer
    /// @param file its report
    /// @param title heading and name of the suite, such as the scenario's
    /// @param command what was run to get it
    /// @param started when the answer was sought
    /// @param took how long it took to get it, with the runs if there were any
    public record Report(
            ParityResult result, Path file, String title, String command, Instant started, Duration took) {}

    /// Takes a folder, removes the result that it holds, gets a new one and writes it.
    ///
    /// @param folder made if absent
    /// @param title heading and name of the suite, such as the scenario's
    /// @param command what was run to get it
    /// @param clock read before and after the answer
    /// @param result gives the answer; may write into the folder, and what it throws is thrown on
    /// @return the answer and its report
    /// @throws IllegalArgumentException if the folder is a file, or another has it
    /// @throws UncheckedIOException if it cannot be written; then nothing of the result is left
    public static Report write(
            Path folder, String title, String command, InstantSource clock, Supplier<ParityResult> result) {
        return write(folder, title, command, Optional.empty(), clock, result);
    }

    /// Takes a folder, removes the result that it holds, gets a new one and writes it, with what a lockstep found.
    ///
    /// @param folder made if absent
    /// @param title heading and name of the suite, such as the scenario's
    /// @param command what was run to get it
    /// @param lockstep what compared the same training Op by Op, if anything
    /// @param clock read before and after the answer
    /// @param result gives the answer; may write into the folder, and what it throws is thrown on
    /// @return the answer and its report
    /// @throws IllegalArgumentException if the folder is a file, or another has it
    /// @throws UncheckedIOException if it cannot be written, so that nothing of the result is left,
    ///     or if there is no font for its charts
    public static Report write(
            Path folder,
            String title,
            String command,
            Optional<LockstepTable> lockstep,
            InstantSource clock,
            Supplier<ParityResult> result) {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new IllegalArgumentException("%s is a file: expected a folder to write into".formatted(folder));
        }
        Fonts.check();
        try (FileChannel _ = lock(folder)) {
            remove(folder);
            Instant started = clock.instant();
            ParityResult found = result.get();
            Report report = new Report(
                    found, folder.resolve(REPORT), title, command, started, Duration.between(started, clock.instant()));
            write(folder, report, lockstep);
            return report;
        } catch (IOException problem) {
            throw new UncheckedIOException("cannot write into the folder " + folder, problem);
        }
    }

    private static FileChannel lock(Path folder) throws IOException {
        Files.createDirectories(folder);
        FileChannel channel =
                FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return channel; // the lock file stays: to remove it would let two others in
            }
        } catch (OverlappingFileLockException _) {
            // this process has it: refused below like another's
        } catch (IOException problem) {
            channel.close();
            throw problem;
        }
        channel.close();
        throw new IllegalArgumentException(
                "the folder %s is in use by another run: wait for its end, or choose another folder".formatted(folder));
    }

    private static void remove(Path folder) throws IOException {
        Path part = folder.resolve(PART);
        for (String name : FILES) {
            Files.deleteIfExists(part.resolve(name));
        }
        Files.deleteIfExists(part);
        for (String name : FILES) {
            Files.deleteIfExists(folder.resolve(name));
        }
    }

    private static void write(Path folder, Report report, Optional<LockstepTable> lockstep) {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put(REPORT, HtmlReport.of(report.title(), report.command(), report.result(), lockstep));
        texts.put(JSON, ResultJson.of(report.result()));
        texts.put(XML, JunitXml.of(report));
        try {
            Path part = Files.createDirectories(folder.resolve(PART));
            for (Map.Entry<String, String> text : texts.entrySet()) {
                Files.writeString(part.resolve(text.getKey()), text.getValue());
            }
            for (String name : FILES) {
                Files.move(part.resolve(name), folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            }
            Files.delete(part);
        } catch (IOException problem) {
            try {
                remove(folder);
            } catch (IOException another) {
                problem.addSuppressed(another);
            }
            throw new UncheckedIOException("cannot write the report into " + folder, problem);
        }
    }
}

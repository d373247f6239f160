package dev.parity.reports;

import dev.parity.statistics.ParityResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A folder that takes a result: `report.html`, `result.json` and `junit.xml`.
///
/// It belongs to one user at a time. What an earlier one left as its result is removed when the folder is
/// opened, so that one that fails leaves no verdict that is not its own. The files of a result appear
/// when all are written.
public final class ReportFolder implements AutoCloseable {
    private static final String REPORT = "report.html";
    private static final String JSON = "result.json";
    private static final String XML = "junit.xml";
    private static final List<String> FILES = List.of(REPORT, JSON, XML);
    /// Where the files are written first.
    private static final String PART = ".report.part";

    private static final String LOCK = ".lock";

    private final Path folder;
    private final FileChannel lock;

    private ReportFolder(Path folder, FileChannel lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /// Opens a folder, and removes the result that it holds.
    ///
    /// @param folder made if absent
    /// @return the folder, to be closed by the caller
    /// @throws IllegalArgumentException if it is a file, or another has it open
    /// @throws UncheckedIOException if it cannot be written
    public static ReportFolder open(Path folder) {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new IllegalArgumentException("%s is a file: expected a folder to write into".formatted(folder));
        }
        try {
            Files.createDirectories(folder);
            FileChannel lock = lock(folder);
            try {
                remove(folder);
                return new ReportFolder(folder, lock);
            } catch (IOException problem) {
                lock.close();
                throw problem;
            }
        } catch (IOException problem) {
            throw new UncheckedIOException("cannot write into the folder " + folder, problem);
        }
    }

    private static FileChannel lock(Path folder) throws IOException {
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

    /// Writes a result.
    ///
    /// @param title heading and name of the suite, such as the scenario's
    /// @param command what was run to get it
    /// @param result the answer
    /// @return the report
    /// @throws UncheckedIOException if it cannot be written; then nothing of it is left
    public Path write(String title, String command, ParityResult result) {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put(REPORT, HtmlReport.of(title, command, result));
        texts.put(JSON, ResultJson.of(result));
        texts.put(XML, JunitXml.of(title, result));
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
        return folder.resolve(REPORT);
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException problem) {
            throw new UncheckedIOException("cannot release the folder " + folder, problem);
        }
    }
}

package dev.parity.reports;

import dev.parity.reports.internal.IndexPage;
import dev.parity.reports.internal.Pages;
import dev.parity.reports.internal.ReportPage;
import dev.parity.statistics.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/// One HTML file over all results below a folder: each with its verdict, and how every gate's gap went. It opens
/// offline, like a report.
public final class ReportIndex {
    private static final String RESULT = "result.json";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'");

    private final Path folder;
    private final Path file;
    private final List<Entry> entries = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();

    private ReportIndex(Path folder, Path file) {
        this.folder = folder;
        this.file = file;
    }

    /// A file or folder that could not be read as a result.
    ///
    /// @param place where it is
    /// @param reason why
    public record Problem(Path place, String reason) {}

    /// What an index holds.
    ///
    /// @param results how many
    /// @param problems files that are no result, in the order of their paths
    public record Summary(int results, List<Problem> problems) {}

    /// A result.
    ///
    /// @param place of its file
    /// @param at when it was recorded; the farthest future where unknown, so that it comes last
    /// @param found what it says
    private record Entry(Path place, Instant at, RecordedResult found) {}

    /// Writes an index. Results stand in the order of the time they were recorded, then of their paths; those of
    /// logs, which know no time, come last.
    ///
    /// @param folder searched with all folders in it; links are not followed
    /// @param file the index
    /// @return what it holds
    /// @throws IllegalArgumentException if the folder is none
    /// @throws UncheckedIOException if the index cannot be written
    public static Summary write(Path folder, Path file) {
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException("%s is no folder: expected one with results in it".formatted(folder));
        }
        ReportIndex index = new ReportIndex(folder, file);
        try {
            index.find();
            Files.writeString(file, index.html());
        } catch (IOException problem) {
            throw new UncheckedIOException("cannot write the index " + file, problem);
        }
        return new Summary(index.entries.size(), List.copyOf(index.problems));
    }

    private void find() throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path place, BasicFileAttributes attributes) {
                if (place.endsWith(RESULT)) {
                    found.add(place);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path place, IOException problem) {
                problems.add(new Problem(place, "cannot be read: " + problem));
                return FileVisitResult.CONTINUE;
            }
        });
        for (Path place : found) {
            try {
                RecordedResult result = RecordedResult.read(place);
                entries.add(new Entry(place, time(result), result));
            } catch (IllegalArgumentException problem) {
                problems.add(new Problem(place, String.valueOf(problem.getMessage())));
            } catch (IOException problem) {
                problems.add(new Problem(place, "cannot be read: " + problem));
            }
        }
        entries.sort(Comparator.comparing(Entry::at).thenComparing(Entry::place));
        problems.sort(Comparator.comparing(Problem::place));
    }

    private static Instant time(RecordedResult result) {
        try {
            return result.recorded().isEmpty() ? Instant.MAX : Instant.parse(result.recorded());
        } catch (DateTimeException problem) {
            throw new IllegalArgumentException(
                    "found recorded '%s', expected an instant such as 2026-11-29T13:31:01Z"
                            .formatted(result.recorded()),
                    problem);
        }
    }

    private String html() {
        Map<String, List<Entry>> groups = new LinkedHashMap<>();
        entries.forEach(entry -> groups.computeIfAbsent(entry.found().scenario(), _ -> new ArrayList<>())
                .add(entry));
        Path name = folder.toAbsolutePath().normalize().getFileName();
        IndexPage page = new IndexPage(
                name == null ? folder.toString() : name.toString(),
                entries.size(),
                groups.entrySet().stream()
                        .map(group -> group(group.getKey(), group.getValue()))
                        .toList(),
                problems.stream()
                        .map(problem -> new IndexPage.Problem(name(problem.place()), problem.reason()))
                        .toList());
        return Printable.of(Pages.of("index.jte", page));
    }

    private IndexPage.Group group(String scenario, List<Entry> group) {
        List<IndexPage.Row> rows = new ArrayList<>();
        Set<String> gates = new LinkedHashSet<>();
        Set<String> judged = new HashSet<>();
        for (Entry entry : group) {
            rows.add(row(rows.size() + 1, entry));
            for (RecordedResult.Gate gate : entry.found().gates()) {
                gates.add(gate.gate());
                if (gate.verdict() != Verdict.NOT_JUDGED) {
                    judged.add(gate.gate());
                }
            }
        }
        return new IndexPage.Group(
                scenario,
                rows,
                gates.stream()
                        .filter(judged::contains)
                        .map(gate -> trend(gate, group))
                        .sorted(Comparator.comparing(trend -> trend.line().isEmpty()))
                        .toList(),
                gates.stream().filter(gate -> !judged.contains(gate)).toList());
    }

    private IndexPage.Row row(int number, Entry entry) {
        Path report = entry.place().resolveSibling("report.html");
        RecordedResult.Pair first = entry.found().pairs().getFirst();
        Path parent = entry.place().getParent();
        return new IndexPage.Row(
                number,
                Links.url(Files.isRegularFile(report) ? report : entry.place(), file),
                name(parent == null ? entry.place() : parent),
                ReportPage.Tag.of(entry.found().verdict()),
                entry.found().headline(),
                first.reference().device(),
                first.candidate().device(),
                entry.at().equals(Instant.MAX) ? "" : TIME.format(entry.at().atOffset(ZoneOffset.UTC)));
    }

    /// Names a place from the folder; the folder itself by its own name.
    private String name(Path place) {
        String path = folder.relativize(place).toString();
        return path.isEmpty() ? "." : path;
    }

    private static IndexPage.Trend trend(String gate, List<Entry> group) {
        List<IndexPage.Point> points = new ArrayList<>();
        for (int i = 0; i < group.size(); i++) {
            int number = i + 1;
            group.get(i).found().gates().stream()
                    .filter(each -> each.gate().equals(gate))
                    .limit(1)
                    .forEach(each -> points.add(new IndexPage.Point(number, each.verdict(), share(each))));
        }
        return IndexPage.Trend.of(gate, points, group.size());
    }

    /// A gate that was not judged has at most a number that says nothing.
    private static OptionalDouble share(RecordedResult.Gate gate) {
        return gate.verdict() == Verdict.NOT_JUDGED ? OptionalDouble.empty() : gate.ofMargin();
    }
}

package dev.parity.runner;

import dev.parity.trace.RunReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/// The files of recorded runs and logs that arguments name.
public final class RunFiles {
    /// What a folder stands for; reports and checkpoints lie there too.
    private static final Pattern RUN = Pattern.compile("[^.].*\\.(jsonl|log|txt)(\\.(gz|zst))?");

    /// What a folder stands for if a format knows its content; results and settings have such names too.
    private static final Pattern MAYBE = Pattern.compile("[^.].*\\.(csv|json)(\\.(gz|zst))?");

    private static final Pattern GLOB = Pattern.compile("[*?\\[{]");

    private RunFiles() {}

    /// Finds files, of formats that are found by content.
    ///
    /// @param arguments files, folders, or globs for either
    /// @return in the order of the arguments, those of one by name
    /// @throws IllegalArgumentException if a folder holds nothing of the kind
    public static List<Path> of(List<String> arguments) {
        return of(arguments, RunReader.USUAL);
    }

    /// Finds files. A folder is one run if files in it make up a run together, such as event files; else it
    /// stands for all traces and logs in it (`*.jsonl`, `*.log`, `*.txt`, and each `*.csv` and `*.json` that a
    /// format knows), plain, .gz or .zst.
    ///
    /// @param arguments files, folders, or globs for either
    /// @param reader of the runs
    /// @return in the order of the arguments, those of one by name
    /// @throws IllegalArgumentException if a folder holds nothing of the kind
    public static List<Path> of(List<String> arguments, RunReader reader) {
        List<Path> files = new ArrayList<>();
        for (String argument : arguments) {
            for (Path path : paths(argument)) {
                files.addAll(Files.isDirectory(path) && !reader.isRun(path) ? in(path, reader) : List.of(path));
            }
        }
        return files;
    }

    /// Names two sides for people.
    ///
    /// @param references arguments of one side, at least one
    /// @param candidates of the other side
    /// @return for example `npu.log against gpu.log`
    public static String title(List<String> references, List<String> candidates) {
        return "%s against %s".formatted(side(candidates), side(references));
    }

    private static String side(List<String> arguments) {
        Path first = Path.of(arguments.getFirst());
        return arguments.size() == 1
                ? String.valueOf(first.getFileName())
                : "%s and %d more".formatted(first.getFileName(), arguments.size() - 1);
    }

    private static List<Path> in(Path folder, RunReader reader) {
        List<Path> files = list(folder, _ -> true).stream()
                .filter(Files::isRegularFile)
                .filter(file -> isNamed(RUN, file) || (isNamed(MAYBE, file) && reader.knows(file)))
                .toList();
        if (files.isEmpty()) {
            throw new IllegalArgumentException(
                    "%s holds no trace and no log: expected *.jsonl, *.log or *.txt, or *.csv or *.json of a format that is known, plain, .gz or .zst"
                            .formatted(folder));
        }
        return files;
    }

    private static boolean isNamed(Pattern names, Path file) {
        return names.matcher(String.valueOf(file.getFileName())).matches();
    }

    /// Returns what a glob matches; an argument that is none, or matches nothing, as it stands.
    private static List<Path> paths(String argument) {
        Path whole = Path.of(argument);
        if (Files.exists(whole) || !GLOB.matcher(argument).find()) {
            return List.of(whole);
        }
        List<Path> found = List.of(Objects.requireNonNullElse(whole.getRoot(), Path.of("")));
        try {
            for (Path part : whole) {
                found = found.stream().flatMap(folder -> matching(folder, part)).toList();
            }
        } catch (PatternSyntaxException _) {
            return List.of(whole); // such as '[a': a name
        }
        return found.isEmpty() ? List.of(whole) : found;
    }

    /// Finds what matches a part of a path in a folder; as for a shell, `*` matches no leading dot.
    private static Stream<Path> matching(Path folder, Path part) {
        if (!GLOB.matcher(part.toString()).find()) {
            return Stream.of(folder.resolve(part)).filter(Files::exists);
        }
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + part);
        return Files.isDirectory(folder)
                ? list(folder, name -> matcher.matches(Path.of(name)) && !name.startsWith(".")).stream()
                : Stream.empty();
    }

    private static List<Path> list(Path folder, Predicate<String> name) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> name.test(String.valueOf(file.getFileName())))
                    .sorted()
                    .toList();
        } catch (IOException problem) {
            throw new UncheckedIOException("cannot list the folder " + folder, problem);
        }
    }
}

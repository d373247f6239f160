package dev.parity.runner;

import dev.parity.statistics.Pair;
import dev.parity.trace.RunTrace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Which candidate belongs to which reference.
///
/// @param references runs of one side
/// @param candidates runs of the other
record Pairing(List<RunFile> references, List<RunFile> candidates) {
    /// Seeds are whole numbers of at least 0: as texts, 9 stands before 10.
    private static final Comparator<String> BY_NUMBER =
            Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder());

    /// Seeds that a message lists.
    private static final int MOST_PROBLEMS = 5;

    List<Pair> pairs() {
        Optional<RunFile> log = all().filter(RunFile::isLog).findFirst();
        Optional<RunFile> trace = all().filter(RunFile::isTrace).findFirst();
        if (log.isPresent() && trace.isPresent()) {
            throw new IllegalArgumentException(
                    "%s is a log, whose losses are means over many steps, %s is a recorded trace: compare like with like"
                            .formatted(log.get().file(), trace.get().file()));
        }
        if (references.size() == 1 && candidates.size() == 1) {
            return List.of(
                    new Pair(references.getFirst().run(), candidates.getFirst().run()));
        }
        List<RunFile> without = all().filter(file -> file.seed().isEmpty()).toList();
        if (without.isEmpty()) {
            return bySeed();
        }
        if (without.size() == references.size() + candidates.size()) {
            return inOrder();
        }
        throw new IllegalArgumentException(
                "some runs know their seed, others do not, so they cannot be paired: there is none in %s"
                        .formatted(files(without)));
    }

    private Stream<RunFile> all() {
        return Stream.concat(references.stream(), candidates.stream());
    }

    private List<Pair> bySeed() {
        Map<String, List<RunFile>> left = seeds(references);
        Map<String, List<RunFile>> right = seeds(candidates);
        TreeSet<String> seeds = new TreeSet<>(BY_NUMBER);
        seeds.addAll(left.keySet());
        seeds.addAll(right.keySet());
        List<String> problems = new ArrayList<>();
        List<Pair> pairs = new ArrayList<>();
        for (String seed : seeds) {
            List<RunFile> reference = left.getOrDefault(seed, List.of());
            List<RunFile> candidate = right.getOrDefault(seed, List.of());
            if (reference.size() == 1 && candidate.size() == 1) {
                pairs.add(new Pair(
                        reference.getFirst().run(), candidate.getFirst().run()));
            } else {
                problems.add("seed %s has %s and %s"
                        .formatted(seed, count("reference", reference), count("candidate", candidate)));
            }
        }
        if (!problems.isEmpty()) {
            int more = problems.size() - MOST_PROBLEMS;
            throw new IllegalArgumentException("runs are paired by their seeds, each once a side:\n"
                    + problems.stream().limit(MOST_PROBLEMS).collect(Collectors.joining("\n"))
                    + (more > 0 ? "\nand %d seeds more".formatted(more) : ""));
        }
        return pairs;
    }

    private static Map<String, List<RunFile>> seeds(List<RunFile> files) {
        return files.stream()
                .collect(Collectors.groupingBy(file -> file.seed().orElseThrow(), TreeMap::new, Collectors.toList()));
    }

    private static String count(String side, List<RunFile> files) {
        return switch (files.size()) {
            case 0 -> "no " + side;
            case 1 -> "one %s (%s)".formatted(side, files(files));
            default -> "%d %ss (%s)".formatted(files.size(), side, files(files));
        };
    }

    private List<Pair> inOrder() {
        if (references.size() != candidates.size()) {
            throw new IllegalArgumentException(
                    "no run knows its seed, so runs are paired in the order given: expected as many candidates as references, found %d and %d"
                            .formatted(candidates.size(), references.size()));
        }
        refuseTwice(references);
        refuseTwice(candidates);
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < references.size(); i++) {
            RunFile reference = references.get(i);
            RunFile candidate = candidates.get(i);
            String note = "no run knows its seed: paired in the order given, %s with %s"
                    .formatted(reference.file(), candidate.file());
            pairs.add(new Pair(noted(reference.run(), note), candidate.run()));
        }
        return pairs;
    }

    /// A run that counted twice would make the others look surer than they are.
    private static void refuseTwice(List<RunFile> side) {
        Set<Path> seen = new HashSet<>();
        for (RunFile file : side) {
            if (!seen.add(file.file().toAbsolutePath().normalize())) {
                throw new IllegalArgumentException(
                        "%s stands twice on one side: expected each run once".formatted(file.file()));
            }
        }
    }

    private static RunTrace noted(RunTrace run, String note) {
        List<String> notes =
                Stream.concat(Stream.of(note), run.notes().stream()).toList();
        return new RunTrace(
                run.name(),
                run.provenance(),
                run.steps(),
                run.points(),
                run.scaleEvents(),
                run.evaluations(),
                notes,
                run.gaps(),
                run.end());
    }

    private static String files(List<RunFile> files) {
        return files.stream().map(file -> file.file().toString()).collect(Collectors.joining(", "));
    }
}

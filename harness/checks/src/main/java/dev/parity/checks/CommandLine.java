package dev.parity.checks;

import dev.parity.reports.ShellLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// A command as people type it.
final class CommandLine {
    private final List<String> words = new ArrayList<>();

    CommandLine(String command) {
        words.addAll(List.of("./parity", command));
    }

    CommandLine option(String name, Stream<String> values) {
        values.forEach(value -> words.addAll(List.of(name, value)));
        return this;
    }

    CommandLine demands(Set<String> required, Map<String, String> waivers) {
        option("--require", new TreeSet<>(required).stream());
        return option(
                "--waive",
                new TreeMap<>(waivers)
                        .entrySet().stream().map(each -> "%s=%s".formatted(each.getKey(), each.getValue())));
    }

    CommandLine words(List<String> more) {
        words.addAll(more);
        return this;
    }

    String text() {
        return ShellLine.of(words);
    }
}

package dev.parity.cli;

import dev.parity.reports.ShellLine;
import dev.parity.runner.RunFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine;

/// The runs that arguments name, `--` between sides.
///
/// @param groups what stands between the dividers, in order
record Sides(List<List<String>> groups) {
    /// Takes the place of `--`, which for picocli would end the options; no process can be given it.
    private static final String DIVIDER = "\0";

    private static final Set<String> COMMANDS = Set.of("compare", "gate", "baseline");

    static Sides of(List<String> arguments) {
        List<List<String>> groups = new ArrayList<>(List.of(new ArrayList<>()));
        for (String argument : arguments) {
            if (argument.equals(DIVIDER)) {
                groups.add(new ArrayList<>());
            } else {
                groups.getLast().add(argument);
            }
        }
        return new Sides(groups);
    }

    /// Takes two arguments without a divider for two sides.
    ///
    /// @return reference and candidate; empty if that is not what was given
    Optional<Sides> two() {
        List<List<String>> both = groups.size() == 1 && groups.getFirst().size() == 2
                ? groups.getFirst().stream().map(List::of).toList()
                : groups;
        boolean fit = both.size() == 2 && both.stream().noneMatch(List::isEmpty);
        return fit ? Optional.of(new Sides(both)) : Optional.empty();
    }

    List<String> reference() {
        return groups.getFirst();
    }

    List<String> candidate() {
        return groups.getLast();
    }

    /// Names two sides.
    String title() {
        return RunFiles.title(reference(), candidate());
    }

    /// Keeps `--` from ending the options: here they may stand behind it.
    ///
    /// @param arguments of the process
    /// @return what picocli shall read
    static String[] divided(String[] arguments) {
        boolean sides = arguments.length > 0 && COMMANDS.contains(arguments[0]);
        return sides
                ? Stream.of(arguments)
                        .map(each -> each.equals("--") ? DIVIDER : each)
                        .toArray(String[]::new)
                : arguments;
    }

    /// Writes arguments as they were given.
    static String given(List<String> arguments) {
        return String.join(" ", arguments).replace(DIVIDER, "--");
    }

    /// Writes the command that the program was called with.
    ///
    /// @param command that was parsed
    /// @return a line for a shell
    static String line(CommandLine command) {
        List<String> words = new ArrayList<>(List.of("parity"));
        for (String word : command.getParent().getParseResult().originalArgs()) {
            words.add(word.equals(DIVIDER) ? "--" : word);
        }
        return ShellLine.of(words);
    }
}

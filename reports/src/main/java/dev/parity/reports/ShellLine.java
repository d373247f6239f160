package dev.parity.reports;

import java.util.List;
import java.util.stream.Collectors;

/// A command as people type it.
public final class ShellLine {
    private ShellLine() {}

    /// Joins the words of a command.
    ///
    /// @param words as the program gets them
    /// @return a line for a shell: what it would read in a word is quoted
    public static String of(List<String> words) {
        return words.stream().map(ShellLine::quoted).collect(Collectors.joining(" "));
    }

    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9_./=,:%+-]+") ? word : "'%s'".formatted(word.replace("'", "'\\''"));
    }
}

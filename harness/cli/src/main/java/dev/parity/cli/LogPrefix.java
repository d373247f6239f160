package dev.parity.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A line of a log without what launchers and terminals add to it.
///
/// @param origin what the prefixes name, such as `rank1` or `worker-0`, joined by a slash; empty if they name nothing
/// @param text the rest, without colours
record LogPrefix(String origin, String text) {
    private static final Pattern COLOUR =
            Pattern.compile("\u001b(?:\\[[0-9;?]*[ -/]*[@-~]|\\][^\u0007\u001b]*\u0007?)");
    private static final Pattern CLOCK = Pattern.compile(
            "\\s*\\[?\\d{4}-\\d\\d-\\d\\d[ T-]\\d\\d:\\d\\d:\\d\\d[\\d.,:]*(?:Z|[+-]\\d\\d:?\\d\\d)?\\]?\\s?");
    private static final Pattern LABEL = Pattern.compile(
            // [rank1]: or [default1]: of torchrun, [1]: of others, (Worker pid=5) of Ray
            "\\s*(?:\\[(?<bracket>[A-Za-z_-]*\\d+)\\]:?\\s?"
                    + "|\\((?<ray>[A-Za-z][\\w-]*(?: rank=\\d+)?(?: pid=\\d+)?)\\)\\s?"
                    // worker-0 | of compose
                    + "|(?<piped>[\\w.-]{1,64})\\s*\\|\\s?"
                    // node1: of pdsh, 3: of srun, but no code such as EH9999:
                    + "|(?!E[A-Z]*\\d{4,5}:)(?<colon>[A-Za-z][\\w.-]*\\d[\\w.-]*|\\d{1,6}):(?:\\s|$))");
    private static final Pattern RANK = Pattern.compile("(?i)\\b(?:rank|default)[ _=-]?(\\d+)");
    private static final Pattern IN_TEXT = Pattern.compile("RankID:(\\d+)");
    /// A rank behind a node behind a clock, say.
    private static final int MOST = 4;

    static LogPrefix of(String line) {
        String text = line.indexOf('\u001b') < 0 ? line : COLOUR.matcher(line).replaceAll("");
        StringBuilder origin = new StringBuilder();
        for (int i = 0; i < MOST; i++) {
            Matcher clock = CLOCK.matcher(text);
            if (clock.lookingAt()) {
                text = text.substring(clock.end());
                continue;
            }
            Matcher label = LABEL.matcher(text);
            if (!label.lookingAt()) {
                break;
            }
            for (String group : new String[] {"bracket", "ray", "piped", "colon"}) {
                if (label.group(group) != null) {
                    origin.append(origin.isEmpty() ? "" : "/").append(label.group(group));
                }
            }
            text = text.substring(label.end());
        }
        return new LogPrefix(origin.toString(), text);
    }

    /// Returns the rank, where the line names it.
    ///
    /// @return its number, or an empty text
    String rank() {
        Matcher prefix = RANK.matcher(origin);
        Matcher inText = IN_TEXT.matcher(text);
        return prefix.find() ? prefix.group(1) : inText.find() ? inText.group(1) : "";
    }
}

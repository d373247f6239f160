package dev.parity.cli;

import dev.parity.statistics.Profile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Margins that are changed on the command line, `margins.KEY=VALUE`.
final class MarginOption {
    private static final String PREFIX = "margins.";

    private MarginOption() {}

    /// Lays changes over a profile.
    ///
    /// @throws IllegalArgumentException if one is none of its margins, or its value none
    static Profile of(Profile profile, List<String> changes) {
        Map<String, Double> values = new LinkedHashMap<>();
        for (String change : changes) {
            int at = change.indexOf('=');
            if (at < 0 || !change.startsWith(PREFIX)) {
                throw new IllegalArgumentException("--set %s: expected margins.KEY=VALUE, KEY being one of %s"
                        .formatted(change, profile.margins().values().keySet()));
            }
            values.put(change.substring(PREFIX.length(), at), number(change, change.substring(at + 1)));
        }
        return profile.with(values);
    }

    private static double number(String change, String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException problem) {
            throw new IllegalArgumentException(
                    "--set %s: expected a number, found '%s'".formatted(change, text), problem);
        }
    }
}

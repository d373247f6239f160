package dev.parity.cli;

import dev.parity.statistics.Margins;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Margins that are changed on the command line, `margins.KEY=VALUE`.
final class MarginOption {
    private static final String PREFIX = "margins.";

    private MarginOption() {}

    /// Lays changes over the defaults.
    ///
    /// @throws IllegalArgumentException if one is no margin, or its value none
    static Margins of(List<String> changes) {
        Map<String, Double> values = new LinkedHashMap<>();
        for (String change : changes) {
            int at = change.indexOf('=');
            if (at < 0 || !change.startsWith(PREFIX)) {
                throw new IllegalArgumentException(
                        "--set %s: expected margins.KEY=VALUE, KEY being one of %s".formatted(change, known()));
            }
            String key = change.substring(PREFIX.length(), at);
            if (!known().contains(key)) {
                throw new IllegalArgumentException(
                        "--set %s: there is no margin '%s', there are %s".formatted(change, key, known()));
            }
            values.put(key, number(change, change.substring(at + 1)));
        }
        return with(values);
    }

    private static double number(String change, String text) {
        try {
            double value = Double.parseDouble(text);
            if (Double.isFinite(value)) {
                return value;
            }
        } catch (NumberFormatException problem) {
            throw new IllegalArgumentException(
                    "--set %s: expected a number, found '%s'".formatted(change, text), problem);
        }
        throw new IllegalArgumentException("--set %s: expected a number, found '%s'".formatted(change, text));
    }

    private static List<String> known() {
        return List.copyOf(
                JsonMapper.shared().<ObjectNode>valueToTree(Margins.DEFAULT).propertyNames());
    }

    private static Margins with(Map<String, Double> values) {
        ObjectNode tree = JsonMapper.shared().valueToTree(Margins.DEFAULT);
        values.forEach(tree::put);
        try {
            return JsonMapper.shared().treeToValue(tree, Margins.class);
        } catch (JacksonException problem) {
            throw problem.getCause() instanceof IllegalArgumentException cause ? cause : problem;
        }
    }
}

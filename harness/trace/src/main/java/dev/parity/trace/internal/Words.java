package dev.parity.trace.internal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/// Settings as words: an unknown one is left out.
///
/// @param leading words without `=`, in order
/// @param values of the words `key=value`, in order
public record Words(List<String> leading, Map<String, String> values) {
    /// Copies the collections.
    public Words {
        leading = List.copyOf(leading);
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /// Reads words.
    ///
    /// @param text separated by single spaces
    /// @return the words
    public static Words of(String text) {
        List<String> leading = new ArrayList<>();
        Map<String, String> values = new LinkedHashMap<>();
        for (String word : text.isEmpty() ? new String[0] : text.split(" ", -1)) {
            int at = word.indexOf('=');
            if (at > 0) {
                values.put(word.substring(0, at), word.substring(at + 1));
            } else {
                leading.add(word);
            }
        }
        return new Words(leading, values);
    }

    /// Tells whether anything that both know differs.
    ///
    /// @param other words of another run
    /// @return false if each only lacks words of the other
    public boolean contradicts(Words other) {
        boolean named = !leading.isEmpty() && !other.leading.isEmpty() && !leading.equals(other.leading);
        return named
                || values.entrySet().stream()
                        .anyMatch(each ->
                                !each.getValue().equals(other.values.getOrDefault(each.getKey(), each.getValue())));
    }

    /// Returns a word's value.
    ///
    /// @param key of the setting
    /// @return its value; absent is unknown
    public Optional<String> text(String key) {
        return Optional.ofNullable(values.get(key));
    }

    /// Returns a number.
    ///
    /// @param key of the setting
    /// @return its value; absent is unknown
    /// @throws IllegalArgumentException if it is no number
    public OptionalDouble number(String key) {
        Optional<String> text = text(key);
        try {
            return text.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(text.get()));
        } catch (NumberFormatException problem) {
            throw new IllegalArgumentException(
                    "setting %s must be a number, was %s".formatted(key, text.get()), problem);
        }
    }

    /// Returns a whole number.
    ///
    /// @param key of the setting
    /// @return its value; absent is unknown
    /// @throws IllegalArgumentException if it is no whole number
    public OptionalInt whole(String key) {
        Optional<String> text = text(key);
        try {
            return text.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(text.get()));
        } catch (NumberFormatException problem) {
            throw new IllegalArgumentException(
                    "setting %s must be a number, was %s".formatted(key, text.get()), problem);
        }
    }

    /// Writes words.
    public static final class Writer {
        private final List<String> words = new ArrayList<>();

        /// Starts without a word.
        public Writer() {}

        /// Adds a word as it is, if it is known.
        ///
        /// @param word without spaces
        /// @return this
        public Writer word(Optional<String> word) {
            word.ifPresent(words::add);
            return this;
        }

        /// Adds a word's value, if it is known.
        ///
        /// @param key of the setting
        /// @param value without spaces
        /// @return this
        public Writer text(String key, Optional<String> value) {
            value.ifPresent(known -> words.add("%s=%s".formatted(key, known)));
            return this;
        }

        /// Adds a number, if it is known.
        ///
        /// @param key of the setting
        /// @param value as `Double.toString` writes it
        /// @return this
        public Writer number(String key, OptionalDouble value) {
            value.ifPresent(known -> words.add("%s=%s".formatted(key, known)));
            return this;
        }

        /// Adds a whole number, if it is known.
        ///
        /// @param key of the setting
        /// @param value in decimal digits
        /// @return this
        public Writer whole(String key, OptionalInt value) {
            value.ifPresent(known -> words.add("%s=%d".formatted(key, known)));
            return this;
        }

        @Override
        public String toString() {
            return String.join(" ", words);
        }
    }
}

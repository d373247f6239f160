package dev.parity.spi;

import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.ServiceLoader;
import java.util.regex.Pattern;

/// What is known of the quirks and the error codes of one kind of device; found by [ServiceLoader].
public interface QuirkCatalogue {
    /// Lists the quirks.
    ///
    /// @return in the catalogue's order
    List<Quirk> quirks();

    /// Lists the kinds of error codes.
    ///
    /// @return in the catalogue's order
    List<Codes> codes();

    /// Lists all catalogues on the class path.
    ///
    /// @return in any order
    static List<QuirkCatalogue> all() {
        return ServiceLoader.load(QuirkCatalogue.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
    }

    /// A kind of error codes.
    ///
    /// @param printed how a log prints one; the first group is the code
    /// @param meanings by the code, or by the first characters of several; the longest that fits wins
    /// @param source public documents or code that they are taken from
    record Codes(Pattern printed, SequencedMap<String, String> meanings, String source) {
        /// Copies the meanings.
        public Codes {
            meanings = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(meanings));
        }

        /// Says what a code means.
        ///
        /// @param code as printed
        /// @return empty if it begins as none
        public Optional<String> meaning(String code) {
            return meanings.entrySet().stream()
                    .filter(entry -> code.startsWith(entry.getKey()))
                    .max(Map.Entry.comparingByKey(Comparator.comparingInt(String::length)))
                    .map(Map.Entry::getValue);
        }
    }
}

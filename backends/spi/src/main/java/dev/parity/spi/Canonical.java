package dev.parity.spi;

import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// How values are written in a text that is hashed, so that equal things have equal hashes in every
/// release: each value in one way, and nothing by what a Java type prints of itself.
public final class Canonical {
    private Canonical() {}

    /// Writes a number as the shortest decimal that reads as the same double.
    ///
    /// @param value any number
    /// @return without exponent or trailing zeros, both zeros as `0`; `NaN`, `Infinity` or `-Infinity`
    public static String number(double value) {
        return Double.isFinite(value)
                ? new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString()
                : Double.toString(value);
    }

    /// Writes an enum value.
    ///
    /// @param value any value
    /// @return its name in lower case
    public static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /// Writes a list of whole numbers.
    ///
    /// @param values in order
    /// @return for example `[2,4]`
    public static String list(List<Integer> values) {
        return values.stream().map(String::valueOf).collect(Collectors.joining(",", "[", "]"));
    }

    /// Starts a hash.
    ///
    /// @return an empty SHA-256
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    /// Hashes a text.
    ///
    /// @param text taken in UTF-8
    /// @return SHA-256, 64 hexadecimal digits
    public static String hash(String text) {
        return HexFormat.of().formatHex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    /// Writes the components of a record; those of a record in it have its name and a point before theirs.
    ///
    /// @param record of numbers, truth values, enum values and records; what is null is left out
    /// @return values by name, in the record's order
    public static SequencedMap<String, String> fields(Record record) {
        SequencedMap<String, String> fields = new LinkedHashMap<>();
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            switch (value(record, component)) {
                case null -> {}
                case Record inner ->
                    fields(inner).forEach((name, value) -> fields.put(component.getName() + "." + name, value));
                case Enum<?> value -> fields.put(component.getName(), name(value));
                case Object value -> fields.put(component.getName(), value.toString());
            }
        }
        return Collections.unmodifiableSequencedMap(fields);
    }

    private static @Nullable Object value(Record record, RecordComponent component) {
        try {
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException hidden) {
            throw new IllegalArgumentException(record.getClass() + " is not public", hidden);
        }
    }
}

package dev.parity.importers;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/// Numbers as programs print them: decimal, or NaN and infinities under any of their names.
final class Numbers {
    /// Characters of the longest; Python's longest has 24.
    private static final int LONGEST = 60;

    private static final Pattern DECIMAL = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d{1,6})?");

    /// Significant digits of `%.6E`.
    private static final int DIGITS_OF_SCIENTIFIC = 7;

    private Numbers() {}

    /// Reads a number.
    ///
    /// @return its value, maybe NaN or infinite; empty if it is none
    static OptionalDouble value(String text) {
        if (text.length() > LONGEST) {
            return OptionalDouble.empty();
        }
        if (DECIMAL.matcher(text).matches()) {
            return OptionalDouble.of(Double.parseDouble(text));
        }
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "nan", "-nan" -> OptionalDouble.of(Double.NaN);
            case "inf", "+inf", "infinity", "+infinity" -> OptionalDouble.of(Double.POSITIVE_INFINITY);
            case "-inf", "-infinity" -> OptionalDouble.of(Double.NEGATIVE_INFINITY);
            default -> OptionalDouble.empty();
        };
    }

    /// Reads a step, which tables may hold as `49.0`.
    ///
    /// @return a whole number of at least 0; empty if it is none
    static OptionalLong step(String text) {
        OptionalDouble value = value(text);
        boolean whole = value.isPresent()
                && value.getAsDouble() >= 0
                && value.getAsDouble() <= 1L << 53
                && value.getAsDouble() == Math.rint(value.getAsDouble());
        return whole ? OptionalLong.of((long) value.getAsDouble()) : OptionalLong.empty();
    }

    /// Returns the distance to the next number of as many digits.
    ///
    /// @param text that [#value] reads
    /// @return at least 0; 0 for NaN and infinities
    static double quantum(String text) {
        return DECIMAL.matcher(text).matches() ? power(new BigDecimal(text).scale()) : 0;
    }

    /// Returns the distance to the next number that Megatron's `%.6E` prints.
    ///
    /// @param value that it printed
    /// @return 0 for zero, NaN and infinities
    static double scientificQuantum(double value) {
        if (value == 0 || !Double.isFinite(value)) {
            return 0;
        }
        BigDecimal exact = BigDecimal.valueOf(value);
        return power(exact.scale() - exact.precision() + DIGITS_OF_SCIENTIFIC);
    }

    private static double power(int scale) {
        return Double.parseDouble("1e" + -scale);
    }
}

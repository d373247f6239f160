package dev.parity.importers;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/// Numbers as programs print them: decimal, or NaN and infinities under any of their names.
final class Numbers {
    /// Characters of the longest; Python's longest has 24.
    private static final int LONGEST = 60;

    /// Of a text that is no decimal number.
    private static final int NONE = Integer.MIN_VALUE;

    /// Digits of a step that doubles hold exactly.
    private static final int LONGEST_STEP = 15;

    /// Digits of an exponent: a double has three at most.
    private static final int LONGEST_EXPONENT = 6;

    /// Powers of ten that doubles reach, from this one on.
    private static final int LEAST_POWER = -400;

    /// Characters of a number whose digits a double holds exactly, whatever they are.
    private static final int LONGEST_EXACT = 15;

    /// The last power of ten that a double holds exactly.
    private static final int LARGEST_EXACT_POWER = 22;

    private static final double[] POWERS = IntStream.rangeClosed(LEAST_POWER, -LEAST_POWER)
            .mapToDouble(exponent -> Double.parseDouble("1e" + exponent))
            .toArray();

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
        int scale = scale(text);
        if (scale != NONE) {
            boolean exact = text.length() <= LONGEST_EXACT && scale >= 0 && scale <= LARGEST_EXACT_POWER;
            return OptionalDouble.of(exact ? quotient(text, scale) : Double.parseDouble(text));
        }
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "nan", "-nan" -> OptionalDouble.of(Double.NaN);
            case "inf", "+inf", "infinity", "+infinity" -> OptionalDouble.of(Double.POSITIVE_INFINITY);
            case "-inf", "-infinity" -> OptionalDouble.of(Double.NEGATIVE_INFINITY);
            default -> OptionalDouble.empty();
        };
    }

    /// Divides a number's digits by a power of ten. Doubles hold both exactly, so that the quotient is the nearest.
    private static double quotient(String text, int scale) {
        long digits = 0;
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            if (each == 'e' || each == 'E') {
                break;
            }
            if (each >= '0' && each <= '9') {
                digits = 10 * digits + each - '0';
            }
        }
        double value = digits / POWERS[scale - LEAST_POWER];
        return text.charAt(0) == '-' ? -value : value;
    }

    /// Reads a step, which tables may hold as `49.0`.
    ///
    /// @return a whole number of at least 0; empty if it is none
    static OptionalLong step(String text) {
        int digits = text.length();
        if (digits > 0 && digits <= LONGEST_STEP && digits(text, 0) == digits) {
            return OptionalLong.of(Long.parseLong(text));
        }
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
        int scale = scale(text);
        return scale == NONE ? 0 : power(scale);
    }

    /// Returns how many decimals a number has, less its exponent.
    ///
    /// @return [#NONE] if it is no decimal number: sign, digits with at most one point, exponent
    private static int scale(String text) {
        int at = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
        int whole = digits(text, at);
        int decimals = 0;
        at += whole;
        if (at < text.length() && text.charAt(at) == '.') {
            decimals = digits(text, at + 1);
            at += 1 + decimals;
        }
        if (whole + decimals == 0) {
            return NONE;
        }
        if (at == text.length()) {
            return decimals;
        }
        boolean exponent = text.charAt(at) == 'e' || text.charAt(at) == 'E';
        int sign = at + 1 < text.length() && (text.charAt(at + 1) == '-' || text.charAt(at + 1) == '+') ? 1 : 0;
        int length = digits(text, at + 1 + sign);
        boolean ends = at + 1 + sign + length == text.length();
        return exponent && ends && length > 0 && length <= LONGEST_EXPONENT
                ? decimals - Integer.parseInt(text, at + 1, text.length(), 10)
                : NONE;
    }

    private static int digits(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at - from;
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
        return POWERS[Math.clamp(-scale, LEAST_POWER, -LEAST_POWER) - LEAST_POWER];
    }
}

package dev.parity.trace.internal.logs;

import java.math.BigDecimal;
import java.util.Locale;

/// The numbers of a log, as Python prints them.
final class Numbers {
    /// A number in a pattern, as a group.
    static final String PATTERN = "([0-9.eE+-]{1,40}|[+-]?(?i:nan|inf(?:inity)?))";

    private static final double[] POWERS = new double[61];

    static {
        for (int i = 0; i < POWERS.length; i++) {
            POWERS[i] = Double.parseDouble("1E" + (i - 30));
        }
    }

    private Numbers() {}

    /// Reads a number.
    ///
    /// @param text in decimal digits, or a word for what is not finite
    /// @throws NumberFormatException if it is none
    static double parse(String text) {
        if (isDecimal(text)) {
            return Double.parseDouble(text);
        }
        String sign = text.startsWith("-") ? "-" : "";
        return switch (text.substring(text.startsWith("+") ? 1 : sign.length()).toLowerCase(Locale.ROOT)) {
            case "nan" -> Double.NaN;
            case "inf", "infinity" -> sign.isEmpty() ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
            default -> throw new NumberFormatException("expected a number, found '%s'".formatted(text));
        };
    }

    /// Java reads more than that: hexadecimal digits, and letters for the type.
    private static boolean isDecimal(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean digit = c >= '0' && c <= '9';
            if (!digit && c != '.' && c != 'e' && c != 'E' && c != '+' && c != '-') {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /// Returns the distance between the numbers that can be printed with as many digits.
    ///
    /// @param text that [#parse] reads
    /// @return 0 of what is not finite
    static double quantum(String text) {
        if (!isDecimal(text)) {
            return 0;
        }
        int exponent = Math.max(text.indexOf('e'), text.indexOf('E'));
        int end = exponent < 0 ? text.length() : exponent;
        int point = text.indexOf('.');
        int decimals = point < 0 ? 0 : end - point - 1;
        int power = (exponent < 0 ? 0 : Integer.parseInt(text, exponent + 1, text.length(), 10)) - decimals;
        return power >= -30 && power <= 30
                ? POWERS[power + 30]
                : BigDecimal.ONE.scaleByPowerOfTen(power).doubleValue();
    }
}

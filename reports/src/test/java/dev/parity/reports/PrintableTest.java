package dev.parity.reports;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PrintableTest {
    // code points by the Unicode Character Database, UnicodeData.txt
    @ParameterizedTest
    @CsvSource({
        "0000, \\u0000", // NUL
        "0007, \\u0007", // BEL
        "001b, \\u001b", // ESC
        "000d, \\u000d", // CR writes over the line
        "007f, \\u007f", // DEL
        "009b, \\u009b", // CSI in one character
        "202e, \\u202e", // RIGHT-TO-LEFT OVERRIDE
        "2028, \\u2028", // LINE SEPARATOR
        "d800, \\ud800", // half of a pair
        "ffff, \\uffff", // no character
        "e0001, \\udb40\\udc01" // LANGUAGE TAG
    })
    void whatSteersATerminalOrIsNoXmlIsEscaped(String point, String escaped) {
        assertThat(Printable.of("a" + Character.toString(Integer.parseInt(point, 16)) + "b"))
                .isEqualTo("a" + escaped + "b");
    }

    @ParameterizedTest
    @CsvSource({"Größe … 90 %", "损失", "😀", "back\\slash"})
    void whatIsReadStays(String text) {
        assertThat(Printable.of(text)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"true, a\\u000ab\\u0009c", "false, 'a\nb\tc'"})
    void aLineHasNoLineFeed(boolean line, String expected) {
        assertThat(line ? Printable.line("a\nb\tc") : Printable.of("a\nb\tc")).isEqualTo(expected);
    }
}

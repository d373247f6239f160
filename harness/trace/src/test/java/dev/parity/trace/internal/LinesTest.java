package dev.parity.trace.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LinesTest {
    private static List<String> read(String text, int longest, boolean returns, int block) throws IOException {
        InputStream in = new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)) {
            @Override
            public int read(byte[] target, int from, int length) {
                return super.read(target, from, Math.min(length, block));
            }

            @Override
            public int read(byte[] target) {
                return read(target, 0, target.length);
            }
        };
        List<String> found = new ArrayList<>();
        Lines lines = new Lines(in, longest, returns);
        for (Lines.Line line = lines.next(); !line.isNothing(); line = lines.next()) {
            found.add(new String(line.bytes(), StandardCharsets.US_ASCII) + "/" + line.end());
        }
        assertThat(lines.isCut()).isFalse();
        return found;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 100})
    void aLineFeedEndsALineWhereverTheBlocksEnd(int block) throws IOException {
        assertThat(read("ab\n\nc\rd\ne", 9, false, block))
                .containsExactly("ab/BREAK", "/BREAK", "c\rd/BREAK", "e/STREAM");
    }

    // java.lang.String.lines() counts so
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 100})
    void aCarriageReturnWithOrWithoutALineFeedEndsALine(int block) throws IOException {
        String text = "a\r\nb\rc\n\nd\r\r\n\n\r\ne\n\rf";
        assertThat(read(text, 9, true, block).stream()
                        .map(line -> line.replaceFirst("/.*", ""))
                        .toList())
                .isEqualTo(text.lines().toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 100})
    void aLineIsReadInPiecesOfTheLongestLength(int block) throws IOException {
        assertThat(read("abcdefg\nhij\nkl\n", 3, false, block))
                .containsExactly("abc/LENGTH", "def/LENGTH", "g/BREAK", "hij/LENGTH", "/BREAK", "kl/BREAK");
    }

    @Test
    void nothingIsReadFromAnEmptyStream() throws IOException {
        assertThat(read("", 3, false, 1)).isEmpty();
    }
}

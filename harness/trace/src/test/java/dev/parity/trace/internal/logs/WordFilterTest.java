package dev.parity.trace.internal.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class WordFilterTest {
    private static boolean takes(List<String> words, String text) {
        byte[] bytes = ("loss:" + text + "loss:").getBytes(StandardCharsets.UTF_8);
        return new WordFilter(List.of(words)).groups(bytes, 5, bytes.length - 5) != 0;
    }

    // java.lang.String.contains is the other opinion; few letters make many near misses
    @Test
    void aLineIsTakenIfItHoldsAWord() {
        Random random = new Random(7);
        int taken = 0;
        for (int i = 0; i < 2_000; i++) {
            List<String> words = new ArrayList<>();
            for (int count = 1 + random.nextInt(4); count > 0; count--) {
                words.add(letters(random, 2 + random.nextInt(6)));
            }
            String text = letters(random, random.nextInt(40));
            boolean expected = words.stream().anyMatch(text::contains);
            assertThat(takes(words, text)).as("%s in '%s'", words, text).isEqualTo(expected);
            taken += expected ? 1 : 0;
        }
        assertThat(taken).isBetween(500, 1_500);
    }

    private static String letters(Random random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append("abcé".charAt(random.nextInt(4)));
        }
        return text.toString();
    }

    @Test
    void eachGroupHasItsBit() {
        WordFilter filter = new WordFilter(List.of(List.of("loss", "step"), List.of("ppl:"), List.of("loss", "scale")));
        assertThat(filter.groups("the loss".getBytes(StandardCharsets.UTF_8), 0, 8))
                .isEqualTo(0b101);
        assertThat(filter.groups("ppl: 3 scale".getBytes(StandardCharsets.UTF_8), 0, 12))
                .isEqualTo(0b110);
        assertThat(filter.groups("a step".getBytes(StandardCharsets.UTF_8), 0, 6))
                .isEqualTo(0b001);
    }

    @Test
    void wordsBeyondTheLineDoNotCount() {
        assertThat(takes(List.of("loss:"), " no ")).isFalse();
        assertThat(takes(List.of("loss:"), "")).isFalse();
    }

    @Test
    void aWordOfOneLetterIsRefused() {
        assertThatThrownBy(() -> new WordFilter(List.of(List.of("loss", "x"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least two bytes, found [[loss, x]]");
    }
}

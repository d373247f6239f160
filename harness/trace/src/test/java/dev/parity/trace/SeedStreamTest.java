package dev.parity.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SeedStreamTest {
    // Random123 known-answer tests of Philox4x32-10 (kat_vectors)
    @ParameterizedTest
    @CsvSource({
        "00000000 00000000 00000000 00000000, 00000000 00000000, 6627e8d5 e169c58d bc57ac4c 9b00dbd8",
        "ffffffff ffffffff ffffffff ffffffff, ffffffff ffffffff, 408f276d 41c83b0e a20bc7c6 6d5451fd",
        "243f6a88 85a308d3 13198a2e 03707344, a4093822 299f31d0, d16cfe09 94fdcceb 5001e420 24126ea1"
    })
    void philoxGivesTheKnownAnswers(String counter, String key, String expected) {
        int[] words = new int[4];
        SeedStream.philox(words(counter), words(key), words);
        assertThat(words).isEqualTo(words(expected));
    }

    private static int[] words(String hex) {
        return Arrays.stream(hex.split(" ", -1))
                .mapToInt(word -> Integer.parseUnsignedInt(word, 16))
                .toArray();
    }

    @Test
    void streamsDifferByNameIndexAndSeed() {
        SeedStream seeds = new SeedStream(1);
        int first = seeds.draw("a", 0).bits();
        assertThat(seeds.draw("a", 0).bits()).isEqualTo(first);
        assertThat(seeds.draw("b", 0).bits()).isNotEqualTo(first);
        assertThat(seeds.draw("a", 1).bits()).isNotEqualTo(first);
        assertThat(new SeedStream(2).draw("a", 0).bits()).isNotEqualTo(first);
    }

    @Test
    void uniformNumbersHaveTheirMomentsAndRange() {
        SeedStream.Draw draw = new SeedStream(7).draw("uniform", 0);
        double[] values = new double[100_000];
        Arrays.setAll(values, _ -> draw.uniform());
        assertThat(Arrays.stream(values).boxed())
                .allSatisfy(value -> assertThat(value).isBetween(0.0, 1 - 0x1p-24));
        double mean = Arrays.stream(values).average().orElseThrow();
        // standard error sqrt(1/12/n) = 9.1e-4, five of them
        assertThat(mean).isBetween(0.5 - 4.6e-3, 0.5 + 4.6e-3);
    }

    @Test
    void gumbelNumbersHaveTheirMean() {
        SeedStream.Draw draw = new SeedStream(7).draw("gumbel", 0);
        double sum = 0;
        for (int i = 0; i < 100_000; i++) {
            sum += draw.gumbel();
        }
        // mean: Euler's constant 0.5772; standard error pi/sqrt(6n) = 4.1e-3, five of them
        assertThat(sum / 100_000).isBetween(0.5772 - 0.0205, 0.5772 + 0.0205);
    }

    @Test
    void belowIsUniformAndStaysBelow() {
        SeedStream.Draw draw = new SeedStream(9).draw("below", 0);
        int[] counts = new int[7];
        for (int i = 0; i < 70_000; i++) {
            counts[draw.below(7)]++;
        }
        // binomial standard deviation 92.6, five of them
        assertThat(Arrays.stream(counts).boxed())
                .allSatisfy(count -> assertThat(count).isBetween(9_537, 10_463));
    }
}

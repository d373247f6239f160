package dev.parity.cpu.internal.fast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.spi.Op;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RouterTest {
    private final int[] expert = new int[16];
    private final int[] slot = new int[16];
    private final int[] counts = new int[3];

    // the definition of moe/sharded_moe.py top1gating, by sorting: topk of mask·priority a expert, then
    // cumsum - 1
    @Test
    void topOneKeepsTheLargestPrioritiesInTokenOrder() {
        Random random = new Random(5);
        for (int trial = 0; trial < 200; trial++) {
            double[] scores = random.doubles(48).toArray();
            double[] priority = random.ints(48, 0, 6).asDoubleStream().toArray(); // with ties
            new Router(new Op.TopKGate(1, 4), 16, 3)
                    .route(i -> scores[i], i -> scores[i], i -> priority[i], _ -> 1, expert, slot, counts);
            int[] expected = new int[16];
            Arrays.fill(expected, -1);
            for (int e = 0; e < 3; e++) {
                int mine = e;
                List<Integer> kept = IntStream.range(0, 16)
                        .filter(token -> best(scores, token) == mine)
                        .boxed()
                        .sorted(Comparator.comparingDouble((Integer token) -> -priority[token * 3 + mine])
                                .thenComparing(Comparator.naturalOrder()))
                        .limit(4)
                        .sorted()
                        .toList();
                for (int place = 0; place < kept.size(); place++) {
                    expected[kept.get(place)] = place;
                }
                assertThat(counts[e]).isEqualTo((int) IntStream.range(0, 16)
                        .filter(token -> best(scores, token) == mine)
                        .count());
            }
            assertThat(slot).as("trial %d", trial).isEqualTo(expected);
        }
    }

    private static int best(double[] scores, int token) {
        return IntStream.range(0, 3)
                .boxed()
                .max(Comparator.comparingDouble((Integer e) -> scores[token * 3 + e])
                        .thenComparing(Comparator.reverseOrder()))
                .orElseThrow();
    }

    // top2gating: second choices are placed after all first ones
    @Test
    void topTwoPlacesSecondChoicesAfterAllFirstOnes() {
        double[] gates = {0.6, 0.4, 0.7, 0.3};
        double[] scores = {0, 1, 0, 1};
        int[] chosen = new int[4];
        int[] place = new int[4];
        new Router(new Op.TopKGate(2, 3), 2, 2)
                .route(i -> gates[i], i -> scores[i], _ -> 0, _ -> 1, chosen, place, new int[2]);
        assertThat(chosen).containsExactly(0, 1, 0, 1);
        assertThat(place).containsExactly(0, 0, 1, 1);
    }

    @Test
    void anUnusedTokenTakesNoSlotAndIsNotCounted() {
        double[] scores = {1, 0, 1, 0};
        int[] chosen = new int[2];
        int[] place = new int[2];
        int[] counted = new int[2];
        new Router(new Op.TopKGate(1, 2), 2, 2)
                .route(i -> scores[i], i -> scores[i], _ -> 0, i -> i, chosen, place, counted);
        assertThat(place).containsExactly(-1, 0);
        assertThat(counted).containsExactly(1, 0);
    }
}

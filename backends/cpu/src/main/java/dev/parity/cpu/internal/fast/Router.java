package dev.parity.cpu.internal.fast;

import dev.parity.spi.Op;
import java.util.Arrays;

/// Decides which expert and slot each token gets; comparisons only, so it has no rounding of its own.
final class Router {
    private final Op.TopKGate gate;
    private final int tokens;
    private final int experts;

    Router(Op.TopKGate gate, int tokens, int experts) {
        this.gate = gate;
        this.tokens = tokens;
        this.experts = experts;
    }

    /// One element of an array of any storage type, by row-major index.
    interface Elements {
        double at(int index);
    }

    /// Fills expert [S,k], slot [S,k] (-1 where dropped) and counts [E] (first choices before any drop).
    void route(
            Elements gates, Elements scores, Elements priority, Elements used, int[] expert, int[] slot, int[] counts) {
        int k = gate.k();
        Arrays.fill(slot, -1);
        Arrays.fill(counts, 0);
        for (int token = 0; token < tokens; token++) {
            int first = best(k == 1 ? scores : gates, token, -1);
            expert[token * k] = first;
            if (k == 2) {
                expert[token * k + 1] = best(scores, token, first);
            }
            if (used.at(token) != 0) {
                counts[first]++;
            }
        }
        if (k == 1) {
            placeByPriority(expert, slot, priority, used);
        } else {
            placeInOrder(expert, slot, used);
        }
    }

    private int best(Elements values, int token, int excluded) {
        int best = -1;
        for (int e = 0; e < experts; e++) {
            if (e != excluded
                    && (best < 0 || greater(values.at(token * experts + e), values.at(token * experts + best)))) {
                best = e;
            }
        }
        return best;
    }

    /// NaN counts as the largest value, as in PyTorch's argmax.
    private static boolean greater(double a, double b) {
        return a > b || (Double.isNaN(a) && !Double.isNaN(b));
    }

    private void placeByPriority(int[] expert, int[] slot, Elements priority, Elements used) {
        for (int e = 0; e < experts; e++) {
            int next = 0;
            for (int token = 0; token < tokens; token++) {
                if (expert[token] == e
                        && used.at(token) != 0
                        && rank(token, expert, priority, used) < gate.capacity()) {
                    slot[token] = next++;
                }
            }
        }
    }

    /// Counts the tokens of the same expert that are kept before this one.
    private int rank(int token, int[] expert, Elements priority, Elements used) {
        int ahead = 0;
        double mine = priority.at(token * experts + expert[token]);
        for (int other = 0; other < tokens; other++) {
            if (other != token && expert[other] == expert[token] && used.at(other) != 0) {
                double its = priority.at(other * experts + expert[token]);
                if (its > mine || (its == mine && other < token)) {
                    ahead++;
                }
            }
        }
        return ahead;
    }

    private void placeInOrder(int[] expert, int[] slot, Elements used) {
        int[] next = new int[experts];
        for (int choice = 0; choice < 2; choice++) {
            for (int token = 0; token < tokens; token++) {
                if (used.at(token) != 0) {
                    int location = next[expert[token * 2 + choice]]++;
                    slot[token * 2 + choice] = location < gate.capacity() ? location : -1;
                }
            }
        }
    }
}

package dev.parity.cpu.internal.model;

import dev.parity.cpu.internal.fast.FloatSum;
import dev.parity.cpu.internal.vector.VectorElements;
import dev.parity.spi.NumericMode;
import java.util.SplittableRandom;

/// Orders in which an all-reduce adds the ranks.
final class Orders {
    private Orders() {}

    /// Makes an order; one of arrival is drawn anew for each part, alike on every rank.
    static FloatSum.Order of(NumericMode mode) {
        return switch (mode.allReduce()) {
            case RING -> FloatSum::ring;
            case TREE -> Orders::tree;
            case HALVING -> Orders::halving;
            case PAIRS -> Orders::pairs;
            case MESH -> (sum, parts, place, length) -> fold(sum, parts, place, length);
            case ASCENDING -> (sum, parts, _, length) -> fold(sum, parts, 0, length);
            case WIDE -> Orders::wide;
            case ARRIVAL -> arrival(mode.arrival());
        };
    }

    /// The chain ends in the first rank.
    private static float[] tree(FloatSum sum, float[][] parts, int place, int length) {
        float[] total = parts[parts.length - 1];
        for (int r = parts.length - 2; r >= 0; r--) {
            sum.add(total, parts[r], length);
        }
        return total;
    }

    /// Ranks beyond the largest power of two are first added to the first ones; then upper halves to lower
    /// halves.
    private static float[] halving(FloatSum sum, float[][] parts, int place, int length) {
        int power = Integer.highestOneBit(parts.length);
        for (int r = power; r < parts.length; r++) {
            sum.add(parts[r - power], parts[r], length);
        }
        for (int half = power / 2; half >= 1; half /= 2) {
            for (int r = 0; r < half; r++) {
                sum.add(parts[r], parts[r + half], length);
            }
        }
        return parts[0];
    }

    private static float[] pairs(FloatSum sum, float[][] parts, int place, int length) {
        for (int distance = 1; distance < parts.length; distance *= 2) {
            for (int r = 0; r + distance < parts.length; r += 2 * distance) {
                sum.add(parts[r], parts[r + distance], length);
            }
        }
        return parts[0];
    }

    /// A running sum from one rank round.
    private static float[] fold(FloatSum sum, float[][] parts, int first, int length) {
        for (int distance = 1; distance < parts.length; distance++) {
            sum.add(parts[first], parts[(first + distance) % parts.length], length);
        }
        return parts[first];
    }

    private static float[] wide(FloatSum sum, float[][] parts, int place, int length) {
        for (int r = 1; r < parts.length; r++) {
            VectorElements.add(parts[0], parts[0], parts[r], 0, length);
        }
        sum.round(parts[0], length);
        return parts[0];
    }

    private static FloatSum.Order arrival(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return (sum, parts, _, length) -> {
            int[] order = permutation(random, parts.length);
            for (int r = 1; r < order.length; r++) {
                sum.add(parts[order[0]], parts[order[r]], length);
            }
            return parts[order[0]];
        };
    }

    /// Draws an order of arrival.
    static int[] permutation(SplittableRandom random, int length) {
        int[] order = new int[length];
        for (int i = 0; i < length; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}

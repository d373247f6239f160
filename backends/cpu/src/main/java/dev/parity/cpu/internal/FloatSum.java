package dev.parity.cpu.internal;

import dev.parity.cpu.internal.vector.VectorElements;
import dev.parity.spi.ElementType;
import dev.parity.spi.Node;
import dev.parity.spi.NumericMode;
import dev.parity.spi.NumericMode.Overflow;
import java.util.Arrays;
import java.util.List;

/// The sum of an all-reduce: every addition is rounded to the element type, in the order of the mode.
final class FloatSum {
    /// Elements that are summed at a time, so that they stay in the nearest cache.
    private static final int BLOCK = 1024;

    private final NumericMode mode;
    private final Rank rank;
    private final ElementType type;
    private final int chunk;
    private final float[][] parts;

    /// Prepares the sum.
    ///
    /// @param node an all-reduce
    /// @param mode how to compute
    /// @param rank who takes part
    /// @param ranks how many do
    FloatSum(Node node, NumericMode mode, Rank rank, int ranks) {
        this.mode = mode;
        this.rank = rank;
        type = node.output().element();
        int length =
                node.outputs().stream().mapToInt(value -> value.shape().size()).sum();
        chunk = (length + ranks - 1) / ranks;
        parts = new float[ranks][BLOCK];
    }

    /// Adds up one of the messages that travel together.
    interface Adder {
        /// @param ranks the messages of each rank
        void add(List<List<Message>> ranks);
    }

    /// Makes an adder of the k-th message of each rank.
    Adder adder(int k, List<FloatTensor> out) {
        Message[] messages = new Message[parts.length];
        List<Message> view = Arrays.asList(messages);
        return ranks -> {
            for (int r = 0; r < messages.length; r++) {
                messages[r] = ranks.get(r).get(k);
            }
            of(view, out);
        };
    }

    private void of(List<Message> messages, List<FloatTensor> out) {
        if (parts.length == 2 && mode.overflow() == Overflow.INF_NAN) { // either order gives the same sum
            for (int k = 0; k < out.size(); k++) {
                messages.getFirst().add(messages.getLast(), k, out.get(k).floats);
            }
            return;
        }
        int before = 0;
        for (int k = 0; k < out.size(); k++) {
            float[] sums = out.get(k).floats;
            int size = sums.length;
            int to;
            for (int from = 0; from < size; from = to) {
                int place = (before + from) / chunk;
                to = Math.min(Math.min(from + BLOCK, size), (place + 1) * chunk - before);
                for (int r = 0; r < parts.length; r++) {
                    messages.get(r).unpack(k, from, parts[r], to - from);
                }
                float[] sum = switch (mode.allReduce()) {
                    case RING -> ring(place, to - from);
                    case HALVING -> halving(to - from);
                };
                System.arraycopy(sum, 0, sums, from, to - from);
            }
            before += size;
        }
    }

    /// The message is cut into one chunk a rank; chunk c starts with rank c+1 and ends with rank c.
    private float[] ring(int place, int length) {
        float[] sum = parts[(place + 1) % parts.length];
        for (int hop = 1; hop < parts.length; hop++) {
            add(sum, parts[(place + 1 + hop) % parts.length], length);
        }
        return sum;
    }

    /// Ranks beyond the largest power of two are first added to the first ones; then upper halves to lower
    /// halves.
    private float[] halving(int length) {
        int power = Integer.highestOneBit(parts.length);
        for (int r = power; r < parts.length; r++) {
            add(parts[r - power], parts[r], length);
        }
        for (int half = power / 2; half >= 1; half /= 2) {
            for (int r = 0; r < half; r++) {
                add(parts[r], parts[r + half], length);
            }
        }
        return parts[0];
    }

    private void add(float[] sum, float[] x, int length) {
        VectorElements.add(sum, sum, x, 0, length);
        Storage.round(sum, 0, length, type, mode.overflow(), rank);
    }
}

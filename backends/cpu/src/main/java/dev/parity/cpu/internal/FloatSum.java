package dev.parity.cpu.internal;

import dev.parity.spi.ElementType;
import dev.parity.spi.Node;
import dev.parity.spi.NumericMode;
import java.util.List;

/// The sum of an all-reduce: every addition is rounded to the element type, in the order of the mode.
final class FloatSum {
    private final NumericMode mode;
    private final Rank rank;
    private final ElementType type;
    private final int ranks;
    private final int message;
    private final float[][] scratch;

    FloatSum(Node node, NumericMode mode, Rank rank, int ranks) {
        this.mode = mode;
        this.rank = rank;
        this.ranks = ranks;
        type = node.output().element();
        message =
                node.outputs().stream().mapToInt(value -> value.shape().size()).sum();
        scratch = new float[ranks][message];
    }

    void of(List<List<FloatTensor>> peers, List<FloatTensor> out) {
        for (int r = 0; r < ranks; r++) {
            int at = 0;
            for (FloatTensor tensor : peers.get(r)) {
                System.arraycopy(tensor.floats, 0, scratch[r], at, tensor.floats.length);
                at += tensor.floats.length;
            }
        }
        float[] sum = switch (mode.allReduce()) {
            case RING -> ring();
            case HALVING -> halving();
        };
        int at = 0;
        for (FloatTensor tensor : out) {
            System.arraycopy(sum, at, tensor.floats, 0, tensor.floats.length);
            at += tensor.floats.length;
        }
    }

    /// The message is cut into one chunk a rank; chunk c starts with rank c+1 and ends with rank c.
    private float[] ring() {
        float[] result = new float[message];
        int chunk = (message + ranks - 1) / ranks;
        for (int hop = 0; hop < ranks; hop++) {
            for (int c = 0; c < ranks; c++) {
                float[] x = scratch[(c + 1 + hop) % ranks];
                for (int i = c * chunk; i < Math.min((c + 1) * chunk, message); i++) {
                    result[i] = hop == 0 ? x[i] : result[i] + x[i];
                }
            }
            Storage.round(result, type, mode.overflow(), rank);
        }
        return result;
    }

    /// Ranks beyond the largest power of two are first added to the first ones; then upper halves to lower
    /// halves.
    private float[] halving() {
        int power = Integer.highestOneBit(ranks);
        for (int r = power; r < ranks; r++) {
            fold(scratch[r - power], scratch[r]);
        }
        for (int half = power / 2; half >= 1; half /= 2) {
            for (int r = 0; r < half; r++) {
                fold(scratch[r], scratch[r + half]);
            }
        }
        return scratch[0];
    }

    private void fold(float[] sum, float[] x) {
        Rows.add(sum, 0, x, message);
        Storage.round(sum, type, mode.overflow(), rank);
    }
}

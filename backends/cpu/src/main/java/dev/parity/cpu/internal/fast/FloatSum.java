package dev.parity.cpu.internal.fast;

import dev.parity.cpu.internal.vector.VectorElements;
import dev.parity.spi.ElementType;
import dev.parity.spi.Node;
import java.util.Arrays;
import java.util.List;

/// The sum of an all-reduce: every addition is rounded to the element type, in a given order of ranks.
public final class FloatSum {
    /// Elements that are summed at a time, so that they stay in the nearest cache.
    private static final int BLOCK = 1024;

    private final Arithmetic arithmetic;
    private final Order order;
    private final ElementType type;
    private final int chunk;
    private final float[][] parts;

    /// Prepares the sum.
    ///
    /// @param node an all-reduce
    /// @param ranks how many take part
    /// @param arithmetic rounds
    /// @param order of the ranks
    public FloatSum(Node node, int ranks, Arithmetic arithmetic, Order order) {
        this.arithmetic = arithmetic;
        this.order = order;
        type = node.output().element();
        int length =
                node.outputs().stream().mapToInt(value -> value.shape().size()).sum();
        chunk = (length + ranks - 1) / ranks;
        parts = new float[ranks][BLOCK];
    }

    /// Adds up one of the messages that travel together.
    public interface Adder {
        /// Leaves the sums in the tensors that the adder was made for.
        ///
        /// @param ranks the messages of each rank
        void add(List<List<Message>> ranks);
    }

    /// An order of ranks.
    public interface Order {
        /// Adds up the parts of all ranks.
        ///
        /// @param sum adds two of them at a time
        /// @param parts of each rank; may be written to
        /// @param place which of as many chunks as ranks they are of
        /// @param length elements of a part
        /// @return the part that holds the sum
        float[] add(FloatSum sum, float[][] parts, int place, int length);
    }

    /// Makes an adder of two ranks, whose order makes no difference; overflow becomes infinite.
    static Adder ofTwo(int k, List<FloatTensor> out) {
        return ranks -> {
            Message first = ranks.getFirst().get(k);
            Message second = ranks.getLast().get(k);
            for (int t = 0; t < out.size(); t++) {
                first.add(second, t, out.get(t).floats);
            }
        };
    }

    /// Makes an adder of the k-th message of each rank.
    ///
    /// @param k which message
    /// @param out receives the sums
    /// @return the adder
    public Adder adder(int k, List<FloatTensor> out) {
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
                float[] sum = order.add(this, parts, place, to - from);
                System.arraycopy(sum, 0, sums, from, to - from);
            }
            before += size;
        }
    }

    /// The message is cut into one chunk a rank; chunk c starts with rank c+1 and ends with rank c.
    ///
    /// @param parts of each rank
    /// @param place the chunk
    /// @param length elements of a part
    /// @return the part that holds the sum
    public float[] ring(float[][] parts, int place, int length) {
        float[] sum = parts[(place + 1) % parts.length];
        for (int hop = 1; hop < parts.length; hop++) {
            add(sum, parts[(place + 1 + hop) % parts.length], length);
        }
        return sum;
    }

    /// Adds one part to another, rounded to the element type.
    ///
    /// @param sum added to
    /// @param x added
    /// @param length elements of a part
    public void add(float[] sum, float[] x, int length) {
        VectorElements.add(sum, sum, x, 0, length);
        round(sum, length);
    }

    /// Rounds a part to the element type.
    ///
    /// @param sum of a part
    /// @param length its elements
    public void round(float[] sum, int length) {
        arithmetic.round(sum, 0, length, type);
    }
}

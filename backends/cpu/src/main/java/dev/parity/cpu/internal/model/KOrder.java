package dev.parity.cpu.internal.model;

import dev.parity.spi.MatrixRule;
import dev.parity.spi.MatrixRule.ChannelOrder;
import dev.parity.spi.OperandFormat;
import java.util.ArrayList;
import java.util.List;

/// The order in which a sum runs over K, and its steps.
///
/// @param left where each term of a row of the left operand is, from the row's begin
/// @param right where each term's row of the right operand begins
/// @param ends behind the last term of each step
@SuppressWarnings("ArrayRecordComponent") // of one plan
record KOrder(int[] left, int[] right, int[] ends) {
    /// Channels of a group in memory: 32 bytes of them.
    private static final int GROUP_BYTES = 32;

    /// Where a term of a convolution is.
    interface Place {
        int of(int channel, int row, int column);
    }

    int terms() {
        return left.length;
    }

    /// The order of a matrix product: ascending.
    ///
    /// @param columns of the right operand
    static KOrder ascending(int terms, int columns, int products) {
        int[] left = new int[terms];
        int[] right = new int[terms];
        for (int k = 0; k < terms; k++) {
            left[k] = k;
            right[k] = k * columns;
        }
        return new KOrder(left, right, ends(terms, products));
    }

    static int[] ends(int terms, int products) {
        int[] ends = new int[(terms + products - 1) / products];
        for (int step = 0; step < ends.length; step++) {
            ends[step] = Math.min(terms, (step + 1) * products);
        }
        return ends;
    }

    /// The order of a convolution.
    ///
    /// @param rule its order and products
    /// @param format of the operands
    /// @param channels that are summed over
    /// @param kernel its extent
    /// @param left place of a weight from the row's begin
    /// @param right place of the first pixel that it is multiplied with
    static KOrder convolution(
            MatrixRule rule, OperandFormat format, int channels, int kernel, Place left, Place right) {
        boolean groups = rule.kOrder() == ChannelOrder.CHANNEL_GROUPS;
        int group = groups ? GROUP_BYTES * Byte.SIZE / format.bits() : channels;
        int products = rule.products(format);
        int terms = channels * kernel * kernel;
        int[] lefts = new int[terms];
        int[] rights = new int[terms];
        List<Integer> ends = new ArrayList<>();
        int k = 0;
        int begun = 0;
        for (int first = 0; first < channels; first += group) {
            int end = Math.min(channels, first + group);
            for (int place = 0; place < kernel * kernel; place++) {
                for (int c = first; c < end; c++) {
                    lefts[k] = left.of(c, place / kernel, place % kernel);
                    rights[k] = right.of(c, place / kernel, place % kernel);
                    k++;
                    if (k - begun == products || k == terms || (groups && c == end - 1)) {
                        ends.add(k);
                        begun = k;
                    }
                }
            }
        }
        return new KOrder(
                lefts, rights, ends.stream().mapToInt(Integer::intValue).toArray());
    }
}

package dev.parity.cpu.internal.fast;

import dev.parity.spi.Shape;

/// Ways to lay out a tensor, as tables of where each element comes from.
public final class Layouts {
    private Layouts() {}

    /// For each element with the leading axis last (of a batch of matrices: with rows and columns
    /// swapped), its row-major index.
    ///
    /// @param shape rank 2 to 4
    static int[] last(Shape shape) {
        int batch = shape.rank() == 3 ? shape.extent(0) : 1;
        int rows = shape.rank() == 3 ? shape.extent(1) : shape.extent(0);
        return transposed(batch, rows, shape.size() / batch / rows);
    }

    /// For each row-major element, its index with the leading axis last.
    ///
    /// @param shape rank 2 to 4
    static int[] rows(Shape shape) {
        int batch = shape.rank() == 3 ? shape.extent(0) : 1;
        int rows = shape.rank() == 3 ? shape.extent(1) : shape.extent(0);
        return transposed(batch, shape.size() / batch / rows, rows);
    }

    private static int[] transposed(int batch, int rows, int columns) {
        int[] from = new int[batch * rows * columns];
        int at = 0;
        for (int e = 0; e < batch; e++) {
            for (int j = 0; j < columns; j++) {
                for (int i = 0; i < rows; i++) {
                    from[at++] = (e * rows + i) * columns + j;
                }
            }
        }
        return from;
    }

    /// Copies elements from where the table says; behind the table's end nothing is written.
    ///
    /// @param to receives as many elements as the table has
    /// @param from elements
    /// @param table for each element, its index in `from`
    public static void gather(float[] to, float[] from, int[] table) {
        for (int i = 0; i < table.length; i++) {
            to[i] = from[table[i]];
        }
    }
}

package dev.parity.cpu.internal.vector;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Holds the matrix product against a scalar twin, bit for bit: every element is a chain of its own.
final class VectorMatrixTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 23, 24, 25, 31, 33, 84, 120, 400})
    void multiplyEqualsItsScalarTwin(int columns) {
        for (int rows : new int[] {1, 3, 4, 5, 7, 8, 9, 16}) {
            for (int first : new int[] {0, 5}) {
                int terms = 31;
                int end = 31 - 2 * first;
                float[] w = Twins.random(2 + rows * terms, 1);
                float[] x = Twins.random(3 + terms * columns, 2);
                float[] y = new float[1 + rows * columns];
                VectorMatrix.multiply(y, 1, rows, columns, w, 2, x, 3, terms, first, end);
                for (int i = 0; i < rows; i++) {
                    for (int j = 0; j < columns; j++) {
                        float sum = 0;
                        for (int t = first; t < end; t++) {
                            sum = Math.fma(w[2 + i * terms + t], x[3 + t * columns + j], sum);
                        }
                        assertThat(y[1 + i * columns + j])
                                .as("row %d of %d, column %d of %d", i, rows, j, columns)
                                .isEqualTo(sum);
                    }
                }
                assertThat(y[0]).as("what lies before the result").isZero();
            }
        }
    }
}

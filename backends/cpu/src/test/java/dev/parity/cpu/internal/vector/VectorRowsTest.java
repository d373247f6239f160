package dev.parity.cpu.internal.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Holds the vector loops against scalar twins, bit for bit: every element is a chain of its own.
final class VectorRowsTest {
    private static float[] random(int size, long seed) {
        Random random = new Random(seed);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 224})
    void multiplyEqualsItsScalarTwin(int length) {
        for (int outputs : new int[] {1, 3, 4, 6, 16}) {
            for (int block : new int[] {5, 16, 75}) {
                int k = 75;
                float[] w = random(outputs * k, 1);
                int[] offset = new int[k];
                for (int t = 0; t < k; t++) {
                    offset[t] = 3 * t + t % 5;
                }
                float[] x = random(4 + offset[k - 1] + length + VectorRows.SLACK, 2);
                int stride = length + VectorRows.SLACK;
                float[] y = new float[outputs * stride];
                VectorRows.multiply(y, 0, stride, outputs, w, 0, x, 4, new VectorRows.Terms(offset, block), length);
                for (int o = 0; o < outputs; o++) {
                    for (int j = 0; j < length; j++) {
                        float sum = 0;
                        for (int first = 0; first < k; first += block) {
                            float partial = 0;
                            for (int t = first; t < Math.min(first + block, k); t++) {
                                partial = Math.fma(w[o * k + t], x[4 + offset[t] + j], partial);
                            }
                            sum += partial;
                        }
                        assertThat(y[o * stride + j])
                                .as("output %d, element %d of %d", o, j, length)
                                .isEqualTo(sum);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 9, 15, 16, 17, 30, 31, 33})
    void addOuterEqualsItsScalarTwin(int length) {
        for (int outputs : new int[] {1, 2, 3, 4, 6, 16}) {
            for (int runs : new int[] {1, 3, 5}) {
                int rows = 4;
                int columns = 6;
                int[] run = new int[runs];
                for (int r = 0; r < runs; r++) {
                    run[r] = r * 50;
                }
                float[] x = random(rows * 60 + columns * 3 + runs * 50 + length + VectorRows.SLACK, 3);
                float[] g = random(outputs * rows * columns, 4);
                int runStride = length + VectorRows.SLACK;
                float[] dw = random(outputs * runs * runStride, 5);
                float[] before = dw.clone();
                VectorRows.addOuter(
                        dw,
                        runs * runStride,
                        outputs,
                        g,
                        x,
                        run,
                        length,
                        runStride,
                        new VectorRows.Positions(rows, columns, 0, 60, 3, 0, columns, rows * columns));
                for (int o = 0; o < outputs; o++) {
                    for (int r = 0; r < runs; r++) {
                        for (int t = 0; t < length; t++) {
                            float sum = 0;
                            for (int i = 0; i < rows; i++) {
                                for (int j = 0; j < columns; j++) {
                                    float gradient = g[o * rows * columns + i * columns + j];
                                    sum = Math.fma(gradient, x[i * 60 + j * 3 + run[r] + t], sum);
                                }
                            }
                            int at = o * runs * runStride + r * runStride + t;
                            assertThat(dw[at])
                                    .as("output %d, run %d, term %d", o, r, t)
                                    .isEqualTo(before[at] + sum);
                        }
                    }
                }
            }
        }
    }
}

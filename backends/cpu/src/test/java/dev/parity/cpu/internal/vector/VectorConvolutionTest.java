package dev.parity.cpu.internal.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Holds the convolution kernels against scalar twins, bit for bit.
final class VectorConvolutionTest {
    private static final int[] CORNERS = {0, 3, 96, 99};

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 9, 16, 40, 112})
    void forwardEqualsItsScalarTwin(int length) {
        for (int outputs : new int[] {1, 2, 3, 4, 5, 6, 16}) {
            for (int first : new int[] {0, 5}) {
                int end = 75 - 3 * first;
                int[] even = new int[75];
                int[] odd = new int[75];
                for (int t = 0; t < 75; t++) {
                    even[t] = 5 * t;
                    odd[t] = 5 * t + 2;
                }
                float[] x = Twins.random(100 + 75 * 5 + length + 16, 1);
                float[] w = Twins.random(outputs * 75, 2);
                int stride = VectorConvolution.padded(length);
                float[] y = new float[outputs * 4 * stride];
                VectorConvolution.Terms terms = new VectorConvolution.Terms(even, odd);
                for (int j = 0; j < length; j += VectorConvolution.VECTOR) {
                    VectorConvolution.forward(y, outputs, w, x, 10, 60, terms, length, first, end, j);
                }
                for (int o = 0; o < outputs; o++) {
                    for (int corner = 0; corner < 4; corner++) {
                        int[] offset = corner % 2 == 0 ? even : odd;
                        int base = corner < 2 ? 10 : 60;
                        for (int j = 0; j < length; j++) {
                            float sum = 0;
                            for (int t = first; t < end; t++) {
                                sum = Math.fma(w[o * 75 + t], x[base + offset[t] + j], sum);
                            }
                            assertThat(y[(o * 4 + corner) * stride + j])
                                    .as("output %d, corner %d, element %d", o, corner, j)
                                    .isEqualTo(sum);
                        }
                    }
                }
            }
        }
    }

    /// A row of windows and what their gradients are.
    private static final class Windows {
        final int stride;
        final float[] corners;
        final float[] dy;
        final int[] place;
        final float[] pooled;
        final int[] winner;

        Windows(int length) {
            stride = VectorConvolution.padded(length);
            corners = Twins.random(4 * stride, 4);
            dy = Twins.random(length, 5);
            place = new int[length];
            for (int j = 0; j < length; j++) {
                place[j] = 6 * j;
                if (j % 5 == 0) {
                    corners[2 * stride + j] = corners[stride + j]; // a tie
                }
                if (j % 7 == 3) {
                    dy[j] = j % 2 == 0 ? 0f : -0f;
                }
            }
            if (length > 6) {
                corners[3 * stride + 1] = Float.NaN;
                corners[2] = Float.POSITIVE_INFINITY;
                corners[stride + 2] = Float.NaN;
                for (int corner = 0; corner < 4; corner++) {
                    corners[corner * stride + 4] = -1;
                    corners[corner * stride + 6] = corner == 1 ? -0f : -2;
                }
            }
            pooled = new float[length];
            winner = new int[length];
            VectorConvolution.reluPool(pooled, winner, 0, corners, 0, place, 1000, CORNERS, length);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 9, 40, 112})
    void reluPoolEqualsItsScalarTwin(int length) {
        Windows windows = new Windows(length);
        for (int j = 0; j < length; j++) {
            int best = 0;
            float largest = Math.max(windows.corners[j], 0);
            for (int corner = 1; corner < 4; corner++) {
                float value = Math.max(windows.corners[corner * windows.stride + j], 0);
                if (value > largest || (Float.isNaN(value) && !Float.isNaN(largest))) {
                    best = corner;
                    largest = value;
                }
            }
            assertThat(windows.pooled[j]).as("window %d", j).isEqualTo(Float.valueOf(largest));
            assertThat(windows.winner[j]).as("window %d", j).isEqualTo(1000 + 6 * j + CORNERS[best]);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 9, 40, 112})
    void gatherEqualsItsScalarTwin(int length) {
        Windows windows = new Windows(length);
        float[] g = new float[3 + length + 16];
        int[] place = new int[3 + length + 16];
        int count = VectorConvolution.gather(g, place, 3, windows.dy, windows.pooled, windows.winner, 0, length);
        int at = 3;
        for (int j = 0; j < length; j++) {
            if (windows.pooled[j] > 0 && windows.dy[j] != 0) {
                assertThat(g[at]).isEqualTo(windows.dy[j]);
                assertThat(place[at]).isEqualTo(windows.winner[j]);
                at++;
            }
        }
        assertThat(count).isEqualTo(at - 3);
        assertThat(g[2]).as("what lies before").isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 9, 40, 112})
    void addToColumnsEqualsItsScalarTwin(int length) {
        Windows windows = new Windows(length);
        float[] even = Twins.random(windows.stride, 6);
        float[] odd = Twins.random(windows.stride, 7);
        float[] expectedEven = even.clone();
        float[] expectedOdd = odd.clone();
        for (int j = 0; j < length; j++) {
            boolean right = (windows.winner[j] - windows.place[j] - 1000) % 96 == 3;
            (right ? expectedOdd : expectedEven)[j] += windows.pooled[j] > 0 ? windows.dy[j] : 0;
        }
        VectorConvolution.addToColumns(
                even, odd, windows.dy, windows.pooled, windows.winner, 0, windows.place, 1000, CORNERS, length);
        assertThat(Arrays.copyOf(even, length)).isEqualTo(Arrays.copyOf(expectedEven, length));
        assertThat(Arrays.copyOf(odd, length)).isEqualTo(Arrays.copyOf(expectedOdd, length));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 7, 8, 9, 15, 16, 17, 30, 32})
    void theGradientsEqualTheirScalarTwins(int run) {
        int rowLength = 40;
        int size = 600;
        float[] x = Twins.random(size + VectorConvolution.RUN, 8);
        float[] dx = Twins.random(size + VectorConvolution.RUN, 9);
        float[] w = Twins.random(5 * VectorConvolution.RUN, 10);
        for (int i = 0; i < w.length; i++) {
            w[i] = i % VectorConvolution.RUN < run ? w[i] : 0;
        }
        float[] g = Twins.random(50, 11);
        int[] place = new int[50];
        for (int e = 0; e < place.length; e++) {
            place[e] = e * 7 % (size - 4 * rowLength - run);
        }
        float[] dw = new float[5 * VectorConvolution.RUN];
        float[] expected = new float[dw.length];
        float[] expectedDx = dx.clone();
        for (int e = 2; e < 49; e++) {
            for (int row = 0; row < 5; row++) {
                for (int t = 0; t < run; t++) {
                    int i = row * VectorConvolution.RUN + t;
                    int at = place[e] + row * rowLength + t;
                    expected[i] = Math.fma(g[e], x[at], expected[i]);
                    expectedDx[at] = Math.fma(g[e], w[i], expectedDx[at]);
                }
            }
        }
        VectorConvolution.addWeightGrad(dw, 0, g, place, 2, 49, x, run, rowLength);
        VectorConvolution.addInputGrad(dx, g, place, 2, 49, w, 0, rowLength);
        for (int row = 0; row < 5; row++) {
            int from = row * VectorConvolution.RUN;
            assertThat(Arrays.copyOfRange(dw, from, from + run))
                    .isEqualTo(Arrays.copyOfRange(expected, from, from + run));
        }
        assertThat(dx).isEqualTo(expectedDx);
    }

    @Test
    void onlyPatchesThatFitAreTaken() {
        assertThat(VectorConvolution.takes(5, 15)).isTrue();
        assertThat(VectorConvolution.takes(5, 32)).isTrue();
        assertThat(VectorConvolution.takes(5, 35)).isFalse();
        assertThat(VectorConvolution.takes(3, 9)).isFalse();
    }
}

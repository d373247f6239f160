package dev.parity.cpu.internal.vector;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Holds the elementwise kernels against scalar twins, bit for bit.
final class VectorElementsTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 9, 31, 32, 33, 100})
    void sumOfSquaresEqualsItsScalarTwin(int size) {
        float[] x = Twins.random(size, 1);
        float[] sums = new float[VectorElements.SUMS];
        VectorElements.sumOfSquares(sums, x);
        float[] expected = new float[VectorElements.SUMS];
        for (int i = 0; i < size; i++) {
            expected[i % 32] = Math.fma(x[i], x[i], expected[i % 32]);
        }
        assertThat(sums).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 9, 37})
    void theElementwiseLoopsEqualTheirScalarTwins(int size) {
        float[] a = Twins.random(size, 1);
        float[] b = Twins.random(size, 2);
        a[0] = Float.NaN;
        a[size - 1] = -0f;
        float[] product = new float[size];
        float[] sum = new float[size];
        float[] relu = new float[size];
        float[] passed = new float[size];
        VectorElements.scale(product, a, 0.3f);
        VectorElements.add(sum, a, b, 0, size);
        float[] shifted = a.clone();
        VectorElements.addTo(shifted, 1, size, 0.7f);
        VectorElements.relu(relu, a);
        VectorElements.reluGrad(passed, b, a);
        for (int i = 0; i < size; i++) {
            assertThat(product[i]).isEqualTo(Float.valueOf(a[i] * 0.3f));
            assertThat(sum[i]).isEqualTo(Float.valueOf(a[i] + b[i]));
            assertThat(shifted[i]).isEqualTo(Float.valueOf(i == 0 ? a[i] : a[i] + 0.7f));
            assertThat(relu[i]).isEqualTo(Float.valueOf(Math.max(a[i], 0)));
            assertThat(passed[i]).isEqualTo(a[i] > 0 ? b[i] : 0);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 9, 37})
    void everyNonFiniteElementIsFound(int size) {
        for (float planted : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            for (int i = 0; i < size; i++) {
                float[] x = Twins.random(size, 1);
                assertThat(VectorElements.anyNonFinite(x, 0, size)).isFalse();
                x[i] = planted;
                assertThat(VectorElements.anyNonFinite(x, 0, size)).isTrue();
                assertThat(VectorElements.anyNonFinite(x, 0, i)).isFalse();
                assertThat(VectorElements.anyNonFinite(x, i + 1, size)).isFalse();
            }
        }
    }

    // PyTorch's single-tensor AdamW, as Op.AdamW writes it out
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 9, 37})
    void adamWEqualsItsScalarTwin(int size) {
        VectorElements.Adam adam =
                new VectorElements.Adam(0.25f, 0.8f, 0.2f, 0.999f, 0.001f, 0.7f, 1e-8f, 0.9999f, 0.003f);
        float[] weights = Twins.random(size, 1);
        float[] m = Twins.random(size, 2);
        float[] v = new float[size];
        float[] g = Twins.random(size, 3);
        float[] expected = new float[size];
        float[] expectedM = new float[size];
        float[] expectedV = new float[size];
        for (int i = 0; i < size; i++) {
            v[i] = g[i] * g[i];
            float gradient = g[i] * 0.25f;
            expectedM[i] = m[i] * 0.8f + gradient * 0.2f;
            expectedV[i] = v[i] * 0.999f + gradient * 0.001f * gradient;
            float denominator = (float) Math.sqrt(expectedV[i]) / 0.7f + 1e-8f;
            expected[i] = weights[i] * 0.9999f - expectedM[i] / denominator * 0.003f;
        }
        VectorElements.adamW(weights, m, v, weights, m, v, g, adam, -1, 0, size);
        assertThat(weights).isEqualTo(expected);
        assertThat(m).isEqualTo(expectedM);
        assertThat(v).isEqualTo(expectedV);
    }

    @ParameterizedTest
    @CsvSource({
        "0.5, 1",
        "0.8, 1",
        "0.9, 1",
        "0.99, 1",
        "0.999, 1",
        "1, 1", // dead units
        "0.8, 0",
        "0.9, 1e-25" // of which one has a weight that even they can move
    })
    void subnormalMomentaDecayAsTheScalarTwinSays(float decay, float factor) {
        int size = 4096;
        float[] weights = Twins.random(size, 1);
        weights[1000] *= factor;
        float[] momenta = new float[size];
        float[] g = new float[size];
        for (int i = 0; i < size; i++) {
            momenta[i] = Float.intBitsToFloat(i / 2 + 1 + i % 2 * 0x8000_0000);
            g[i] = i % 11 == 0 ? weights[i] : i % 3 == 0 ? -0f : 0;
        }
        float[] v = new float[size];
        float[] adam = weights.clone();
        float[] m = momenta.clone();
        float[] sgd = weights.clone();
        float[] buffer = momenta.clone();
        VectorElements.Adam numbers =
                new VectorElements.Adam(0.25f, decay, 1 - decay, 0.999f, 0.001f, 0.7f, 1e-8f, 0.9999f, 0.003f);
        float stuckM = VectorElements.stuck(decay, 0.003f / 1e-8f, weights, 0, size);
        float stuckBuffer = VectorElements.stuck(decay, 0.01, weights, 0, size);
        VectorElements.adamW(adam, m, v, adam, m, v, g, numbers, stuckM, 0, size);
        VectorElements.sgd(sgd, buffer, sgd, buffer, g, 0.25f, decay, 0.01f, stuckBuffer, 0, size);
        for (int i = 0; i < size; i++) {
            float gradient = g[i] * 0.25f;
            float newM = momenta[i] * decay + gradient * (1 - decay);
            float denominator = (float) Math.sqrt(gradient * 0.001f * gradient) / 0.7f + 1e-8f;
            float newBuffer = momenta[i] * decay + gradient;
            assertThat(m[i]).as("m %d", i).isEqualTo(Float.valueOf(newM));
            assertThat(adam[i]).as("adam %d", i).isEqualTo(weights[i] * 0.9999f - newM / denominator * 0.003f);
            assertThat(buffer[i]).as("buffer %d", i).isEqualTo(Float.valueOf(newBuffer));
            assertThat(sgd[i]).as("sgd %d", i).isEqualTo(weights[i] - newBuffer * 0.01f);
        }
    }

    // n·2^-149 is given back while n - n·decay < 1/2, and lost in the weight while that is large
    @Test
    void aMomentumIsLeftOutOnlyIfNothingChanges() {
        float[] weights = {1, -1, 2, 3, -4, 5, 6, 0x1p-59f};
        assertThat(VectorElements.stuck(0.8f, 1, weights, 0, 8)).isEqualTo(2 * Float.MIN_VALUE);
        assertThat(VectorElements.stuck(0.9f, 1, weights, 0, 8)).isEqualTo(4 * Float.MIN_VALUE);
        assertThat(VectorElements.stuck(0.5f, 1, weights, 0, 8)).isEqualTo(-1);
        assertThat(VectorElements.stuck(Float.NaN, 1, weights, 0, 8)).isEqualTo(-1);
        assertThat(VectorElements.stuck(0.9f, 0x1p50, weights, 0, 8)).isEqualTo(-1);
        assertThat(VectorElements.stuck(0.9f, Double.NaN, weights, 0, 8)).isEqualTo(-1);
        weights[7] = -0x1p-60f;
        assertThat(VectorElements.stuck(0.9f, 1, weights, 0, 8)).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 9, 37})
    void sgdEqualsItsScalarTwin(int size) {
        float[] weights = Twins.random(size, 1);
        float[] buffer = Twins.random(size, 2);
        float[] g = Twins.random(size, 3);
        float[] expected = new float[size];
        float[] expectedBuffer = new float[size];
        for (int i = 0; i < size; i++) {
            expectedBuffer[i] = buffer[i] * 0.9f + g[i] * 0.25f;
            expected[i] = weights[i] - expectedBuffer[i] * 0.01f;
        }
        VectorElements.sgd(weights, buffer, weights, buffer, g, 0.25f, 0.9f, 0.01f, -1, 0, size);
        assertThat(weights).isEqualTo(expected);
        assertThat(buffer).isEqualTo(expectedBuffer);
    }
}

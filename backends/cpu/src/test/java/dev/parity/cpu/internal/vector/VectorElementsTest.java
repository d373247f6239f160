package dev.parity.cpu.internal.vector;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
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
        VectorElements.adamW(weights, m, v, weights, m, v, g, adam, 0, size);
        assertThat(weights).isEqualTo(expected);
        assertThat(m).isEqualTo(expectedM);
        assertThat(v).isEqualTo(expectedV);
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
        VectorElements.sgd(weights, buffer, weights, buffer, g, 0.25f, 0.9f, 0.01f, 0, size);
        assertThat(weights).isEqualTo(expected);
        assertThat(buffer).isEqualTo(expectedBuffer);
    }
}

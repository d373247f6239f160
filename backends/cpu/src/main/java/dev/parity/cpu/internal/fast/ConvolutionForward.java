package dev.parity.cpu.internal.fast;

import dev.parity.cpu.internal.vector.VectorConvolution;
import dev.parity.cpu.internal.vector.VectorElements;
import java.util.function.IntConsumer;

/// The forward pass of a convolution, row of windows by row of windows.
public final class ConvolutionForward {
    private final FloatConvolution sizes;
    private final float[] x;
    private final float[] w;
    private final float[] bias;
    private final int[] source;
    private final float[] split;
    private final int count;
    private final VectorConvolution.Terms terms;
    private final int stride;
    private final float[] corners;

    /// Prepares it.
    ///
    /// @param sizes of the convolution
    /// @param x images
    /// @param rowMajor whether they are, or have images last
    /// @param w weights, row-major
    /// @param bias one an output
    ConvolutionForward(FloatConvolution sizes, float[] x, boolean rowMajor, float[] w, float[] bias) {
        this.sizes = sizes;
        this.x = x;
        this.w = w;
        this.bias = bias;
        source = split(rowMajor);
        split = new float[source.length + VectorConvolution.padded(1)];
        stride = VectorConvolution.padded(sizes.windows);
        corners = new float[sizes.outputs * 4 * stride];
        int kernel = sizes.kernel;
        count = sizes.channels * kernel * kernel;
        int[] even = new int[count];
        int[] odd = new int[count];
        for (int t = 0; t < count; t++) {
            int line = (t / (kernel * kernel) * sizes.height + t / kernel % kernel) * 2;
            int j = t % kernel;
            even[t] = (line + j % 2) * halfRow() + j / 2 * sizes.images;
            odd[t] = (line + (j + 1) % 2) * halfRow() + (j + 1) / 2 * sizes.images;
        }
        terms = new VectorConvolution.Terms(even, odd);
    }

    private int halfRow() {
        return (sizes.width + 1) / 2 * sizes.images;
    }

    /// For each element of a copy of the images with parities apart, its index in the images.
    private int[] split(boolean rowMajor) {
        int[] from = new int[sizes.channels * sizes.height * 2 * halfRow()];
        for (int c = 0; c < sizes.channels; c++) {
            for (int i = 0; i < sizes.height; i++) {
                for (int j = 0; j < sizes.width; j++) {
                    int at = ((c * sizes.height + i) * 2 + j % 2) * halfRow() + j / 2 * sizes.images;
                    for (int n = 0; n < sizes.images; n++) {
                        from[at + n] = sizes.index(rowMajor, c, i, j, n);
                    }
                }
            }
        }
        return from;
    }

    /// Returns the number of terms of each sum: channels × kernel rows × kernel columns.
    ///
    /// @return at least 1
    public int terms() {
        return count;
    }

    /// Returns the extent of the kernel.
    ///
    /// @return at least 1
    public int kernel() {
        return sizes.kernel;
    }

    int stride() {
        return stride;
    }

    /// Returns the last row of windows computed.
    ///
    /// @return outputs × 4 × stride, of this object
    public float[] corners() {
        return corners;
    }

    void begin() {
        Layouts.gather(split, x, source);
    }

    /// Computes the corners of a row of windows.
    ///
    /// @param windowRow which row
    void row(int windowRow) {
        sum(corners, windowRow, 0, count);
        addBias();
    }

    /// Sums some of the terms of a row of windows.
    ///
    /// @param to receives the sums, in the layout of the corners
    /// @param windowRow which row
    /// @param first term, from 0
    /// @param end behind the last term
    public void sum(float[] to, int windowRow, int first, int end) {
        int upper = windowRow * 4 * halfRow();
        int lower = 2 * windowRow + 1 < sizes.rows ? upper + 2 * halfRow() : upper;
        int windows = sizes.windows;
        for (int j = 0; j < windows; j += VectorConvolution.VECTOR) {
            VectorConvolution.forward(to, sizes.outputs, w, split, upper, lower, terms, windows, first, end, j);
        }
    }

    /// Adds the bias to the corners.
    public void addBias() {
        for (int o = 0; o < sizes.outputs; o++) {
            VectorElements.addTo(corners, o * 4 * stride, (o + 1) * 4 * stride, bias[o]);
        }
    }

    /// Computes the whole result.
    ///
    /// @param y receives it, images last
    /// @param row computes the corners of a row of windows
    /// @return the work
    public Runnable into(float[] y, IntConsumer row) {
        return () -> {
            begin();
            for (int r = 0; r < sizes.windowRows; r++) {
                row.accept(r);
                for (int o = 0; o < sizes.outputs; o++) {
                    copyRow(o, 2 * r, y);
                    if (2 * r + 1 < sizes.rows) {
                        copyRow(o, 2 * r + 1, y);
                    }
                }
            }
        };
    }

    private void copyRow(int o, int row, float[] y) {
        int images = sizes.images;
        for (int j = 0; j < sizes.columns; j++) {
            int corner = row % 2 * 2 + j % 2;
            int from = (o * 4 + corner) * stride + j / 2 * images;
            System.arraycopy(corners, from, y, ((o * sizes.rows + row) * sizes.columns + j) * images, images);
        }
    }
}

package dev.parity.cpu.internal.fast;

import dev.parity.cpu.internal.vector.VectorConvolution;
import java.util.Arrays;

/// The gradient of a convolution's weights, row of windows by row of windows.
public final class ConvolutionWeightGrad implements Runnable {
    private final FloatConvolution sizes;
    private final ConvolutionEvents events;
    private final float[] x;
    private final float[] dw;
    private final int line;
    private final int[] order;
    private final boolean vectors;
    private final float[] sums;

    /// Prepares it.
    ///
    /// @param sizes of the convolution
    /// @param events gradients of the result
    /// @param x images with channels innermost
    /// @param dw receives the gradient, row-major
    ConvolutionWeightGrad(FloatConvolution sizes, ConvolutionEvents events, float[] x, float[] dw) {
        this.sizes = sizes;
        this.events = events;
        this.x = x;
        this.dw = dw;
        int kernel = sizes.kernel;
        line = Math.max(VectorConvolution.RUN, sizes.run);
        order = sizes.padded(line);
        vectors = VectorConvolution.takes(kernel, sizes.run);
        sums = new float[sizes.outputs * Math.max(kernel * VectorConvolution.RUN, kernel * sizes.run)];
    }

    @Override
    public void run() {
        clear();
        for (int r = 0; r < sizes.windowRows; r++) {
            add(r);
        }
        write(sums);
    }

    /// Returns the number of rows of windows.
    ///
    /// @return at least 1
    public int windowRows() {
        return sizes.windowRows;
    }

    /// Returns the sums so far.
    ///
    /// @return of this object, in a layout of its own
    public float[] sums() {
        return sums;
    }

    /// Starts the sums from 0.
    public void clear() {
        Arrays.fill(sums, 0);
    }

    /// Adds what a row of windows gives.
    ///
    /// @param r which row
    public void add(int r) {
        for (int o = 0; o < sizes.outputs; o++) {
            int start = (o * sizes.windowRows + r) * events.stride;
            int end = start + events.count[o * sizes.windowRows + r];
            int at = o * sizes.kernel * line;
            if (vectors) {
                VectorConvolution.addWeightGrad(
                        sums, at, events.g, events.place, start, end, x, sizes.run, sizes.width * sizes.channels);
            } else {
                add(at, start, end);
            }
        }
    }

    private void add(int at, int start, int end) {
        int pitch = sizes.width * sizes.channels;
        for (int e = start; e < end; e++) {
            for (int row = 0; row < sizes.kernel; row++) {
                for (int t = 0; t < sizes.run; t++) {
                    int to = at + row * line + t;
                    sums[to] = Math.fma(events.g[e], x[events.place[e] + row * pitch + t], sums[to]);
                }
            }
        }
    }

    /// Writes the gradient.
    ///
    /// @param total laid out as the sums
    public void write(float[] total) {
        for (int i = 0; i < order.length; i++) {
            dw[i] = total[order[i]] + 0f; // as in Patches.to
        }
    }
}

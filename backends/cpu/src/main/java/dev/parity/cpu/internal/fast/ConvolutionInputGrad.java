package dev.parity.cpu.internal.fast;

import dev.parity.cpu.internal.vector.VectorConvolution;
import dev.parity.cpu.internal.vector.VectorElements;
import java.util.Arrays;

/// The gradient of a convolution's images: row of windows, then output, then event.
public final class ConvolutionInputGrad implements Runnable {
    private final FloatConvolution sizes;
    private final ConvolutionEvents events;
    private final float[] w;
    private final float[] dx;
    private final int line;
    private final float[] padded;
    private final int[] order;
    private final boolean vectors;
    private final Patches patches;

    /// Prepares it.
    ///
    /// @param sizes of the convolution
    /// @param events gradients of the result
    /// @param w weights, row-major
    /// @param dx receives the gradient, images last
    ConvolutionInputGrad(FloatConvolution sizes, ConvolutionEvents events, float[] w, float[] dx) {
        this.sizes = sizes;
        this.events = events;
        this.w = w;
        this.dx = dx;
        line = Math.max(VectorConvolution.RUN, sizes.run);
        padded = new float[sizes.outputs * sizes.kernel * line];
        order = sizes.padded(line);
        vectors = VectorConvolution.takes(sizes.kernel, sizes.run);
        patches = new Patches(sizes, false);
    }

    @Override
    public void run() {
        begin();
        for (int r = 0; r < sizes.windowRows; r++) {
            for (int o = 0; o < sizes.outputs; o++) {
                add(r, o);
            }
        }
        write(patches.x);
    }

    /// Returns the number of rows of windows.
    ///
    /// @return at least 1
    public int windowRows() {
        return sizes.windowRows;
    }

    /// Returns the number of outputs.
    ///
    /// @return at least 1
    public int outputs() {
        return sizes.outputs;
    }

    /// Returns the sums so far.
    ///
    /// @return of this object, in a layout of its own
    public float[] sums() {
        return patches.x;
    }

    /// Takes the weights, and starts the sums from 0.
    public void begin() {
        for (int i = 0; i < order.length; i++) {
            padded[order[i]] = w[i];
        }
        clear();
    }

    /// Starts the sums from 0.
    public void clear() {
        Arrays.fill(patches.x, 0);
    }

    /// Adds what a row of windows of one output gives.
    ///
    /// @param r which row
    /// @param o which output
    public void add(int r, int o) {
        int start = (o * sizes.windowRows + r) * events.stride;
        int end = start + events.count[o * sizes.windowRows + r];
        int at = o * sizes.kernel * line;
        int pitch = sizes.width * sizes.channels;
        if (vectors && !VectorElements.anyNonFinite(events.g, start, end)) {
            VectorConvolution.addInputGrad(patches.x, events.g, events.place, start, end, padded, at, pitch);
        } else {
            add(start, end, at, pitch);
        }
    }

    private void add(int start, int end, int at, int pitch) {
        float[] sums = patches.x;
        for (int e = start; e < end; e++) {
            for (int row = 0; row < sizes.kernel; row++) {
                for (int t = 0; t < sizes.run; t++) {
                    int to = events.place[e] + row * pitch + t;
                    sums[to] = Math.fma(events.g[e], padded[at + row * line + t], sums[to]);
                }
            }
        }
    }

    /// Writes the gradient.
    ///
    /// @param total laid out as the sums
    public void write(float[] total) {
        patches.to(dx, total);
    }
}

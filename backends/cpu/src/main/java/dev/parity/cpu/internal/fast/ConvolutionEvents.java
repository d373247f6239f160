package dev.parity.cpu.internal.fast;

import dev.parity.cpu.internal.vector.VectorConvolution;

/// The gradient elements of a convolution's result, channel by channel, in the order of the sums, each
/// with the place of its patch among the images with channels innermost.
final class ConvolutionEvents {
    final float[] g;
    final int[] place;
    /// Elements of each output and row of windows.
    final int[] count;
    /// Distance of the first elements of two rows of windows.
    final int stride;

    private ConvolutionEvents(int rows, int stride, int slack) {
        this.stride = stride;
        g = new float[rows * stride + slack];
        place = new int[rows * stride + slack];
        count = new int[rows];
    }

    /// Makes the events of all elements of a gradient, without their values.
    static ConvolutionEvents all(FloatConvolution sizes) {
        ConvolutionEvents events = new ConvolutionEvents(sizes.outputs * sizes.windowRows, sizes.windows * 4, 0);
        for (int o = 0; o < sizes.outputs; o++) {
            for (int r = 0; r < sizes.windowRows; r++) {
                int start = (o * sizes.windowRows + r) * events.stride;
                int at = start;
                for (int window = 0; window < sizes.windows; window++) {
                    for (int corner = 0; corner < 4; corner++) {
                        int row = 2 * r + corner / 2;
                        int column = window / sizes.images * 2 + corner % 2;
                        if (row < sizes.rows && column < sizes.columns) {
                            events.place[at++] = sizes.placeOf(window % sizes.images, row, column);
                        }
                    }
                }
                events.count[o * sizes.windowRows + r] = at - start;
            }
        }
        return events;
    }

    /// For each event of [#all], the index of its gradient with images last.
    static int[] sources(FloatConvolution sizes) {
        int[] from = new int[sizes.outputs * sizes.windowRows * sizes.windows * 4];
        for (int o = 0; o < sizes.outputs; o++) {
            for (int r = 0; r < sizes.windowRows; r++) {
                int at = (o * sizes.windowRows + r) * sizes.windows * 4;
                for (int window = 0; window < sizes.windows; window++) {
                    for (int corner = 0; corner < 4; corner++) {
                        int row = 2 * r + corner / 2;
                        int column = window / sizes.images * 2 + corner % 2;
                        if (row < sizes.rows && column < sizes.columns) {
                            from[at++] = ((o * sizes.rows + row) * sizes.columns + column) * sizes.images
                                    + window % sizes.images;
                        }
                    }
                }
            }
        }
        return from;
    }

    /// Makes room for one event a window, or fewer.
    static ConvolutionEvents winners(FloatConvolution sizes) {
        return new ConvolutionEvents(sizes.outputs * sizes.windowRows, sizes.windows, VectorConvolution.padded(1));
    }
}

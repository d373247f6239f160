package dev.parity.cpu.internal;

import dev.parity.cpu.internal.vector.VectorConvolution;
import dev.parity.cpu.internal.vector.VectorElements;
import dev.parity.spi.Shape;
import java.util.Arrays;

/// The sizes of one convolution, and copies of its tensors in the layouts that the kernels read.
///
/// Forward, images have columns of even and odd number apart and images innermost; backward, channels
/// innermost, so that a row of a patch is contiguous. All sums over positions run over windows of two by
/// two: window row, window column, image, corner.
final class FloatConvolution {
    private final int images;
    private final int channels;
    private final int height;
    private final int width;
    private final int outputs;
    private final int kernel;
    private final int rows;
    private final int columns;
    private final int run;
    /// Rows and columns of windows; the last ones may lie half outside.
    private final int windowRows;
    private final int windowColumns;
    /// Windows of all images in a row of them.
    private final int windows;

    /// Lays out a convolution.
    ///
    /// @param x shape of the images, N × C × H × W
    /// @param w shape of the weights, O × C × K × K
    FloatConvolution(Shape x, Shape w) {
        images = x.extent(0);
        channels = x.extent(1);
        height = x.extent(2);
        width = x.extent(3);
        outputs = w.extent(0);
        kernel = w.extent(2);
        rows = height - kernel + 1;
        columns = width - kernel + 1;
        run = kernel * channels;
        windowRows = (rows + 1) / 2;
        windowColumns = (columns + 1) / 2;
        windows = windowColumns * images;
    }

    int outputs() {
        return outputs;
    }

    int windowRows() {
        return windowRows;
    }

    int windows() {
        return windows;
    }

    /// Whether every window lies inside.
    boolean isEven() {
        return rows % 2 == 0 && columns % 2 == 0;
    }

    /// Index of an image element, row-major or with images last.
    private int index(boolean rowMajor, int c, int i, int j, int n) {
        int pixels = channels * height * width;
        int pixel = (c * height + i) * width + j;
        return rowMajor ? n * pixels + pixel : pixel * images + n;
    }

    /// Distance of two images with channels innermost; one row more than needed, so that not all images
    /// share the same sets of a cache.
    private int imageLength() {
        return (height + 1) * width * channels;
    }

    // forward

    private int halfRow() {
        return (width + 1) / 2 * images;
    }

    /// The size of a copy of the images with parities apart.
    private int splitSize() {
        return channels * height * 2 * halfRow();
    }

    /// For each element of that copy, its index in the images.
    private int[] split(boolean rowMajor) {
        int[] from = new int[splitSize()];
        for (int c = 0; c < channels; c++) {
            for (int i = 0; i < height; i++) {
                for (int j = 0; j < width; j++) {
                    int at = ((c * height + i) * 2 + j % 2) * halfRow() + j / 2 * images;
                    for (int n = 0; n < images; n++) {
                        from[at + n] = index(rowMajor, c, i, j, n);
                    }
                }
            }
        }
        return from;
    }

    /// The forward pass, row of windows by row of windows.
    final class Forward {
        private final float[] x;
        private final float[] w;
        private final float[] bias;
        private final int[] source;
        private final float[] split = new float[splitSize() + VectorConvolution.padded(1)];
        private final int count;
        private final int block;
        private final VectorConvolution.Terms terms;
        private final float[] partial;
        private final int stride = VectorConvolution.padded(windows);
        /// The last row of windows computed: outputs × 4 × stride.
        final float[] corners = new float[outputs * 4 * stride];

        /// Prepares it.
        ///
        /// @param x images
        /// @param rowMajor whether they are, or have images last
        /// @param w weights, row-major
        /// @param bias one an output
        /// @param blocked whether a kernel row of a channel is summed apart
        Forward(float[] x, boolean rowMajor, float[] w, float[] bias, boolean blocked) {
            this.x = x;
            source = split(rowMajor);
            this.w = w;
            this.bias = bias;
            count = channels * kernel * kernel;
            block = blocked ? kernel : count;
            partial = new float[blocked ? corners.length : 0];
            int[] even = new int[count];
            int[] odd = new int[count];
            for (int t = 0; t < count; t++) {
                int line = (t / (kernel * kernel) * height + t / kernel % kernel) * 2;
                int j = t % kernel;
                even[t] = (line + j % 2) * halfRow() + j / 2 * images;
                odd[t] = (line + (j + 1) % 2) * halfRow() + (j + 1) / 2 * images;
            }
            terms = new VectorConvolution.Terms(even, odd);
        }

        int stride() {
            return stride;
        }

        void begin() {
            Layouts.gather(split, x, source);
        }

        /// Computes the corners of a row of windows.
        void row(int windowRow) {
            int upper = windowRow * 4 * halfRow();
            int lower = 2 * windowRow + 1 < rows ? upper + 2 * halfRow() : upper;
            compute(corners, upper, lower, 0);
            for (int first = block; first < count; first += block) {
                compute(partial, upper, lower, first);
                VectorElements.add(corners, corners, partial, 0, corners.length);
            }
            for (int o = 0; o < outputs; o++) {
                VectorElements.addTo(corners, o * 4 * stride, (o + 1) * 4 * stride, bias[o]);
            }
        }

        private void compute(float[] to, int upper, int lower, int first) {
            int end = Math.min(first + block, count);
            for (int j = 0; j < windows; j += VectorConvolution.VECTOR) {
                VectorConvolution.forward(to, outputs, w, split, upper, lower, terms, windows, first, end, j);
            }
        }
    }

    /// Computes the whole result, images last.
    Runnable forward(Forward forward, float[] y) {
        return () -> {
            forward.begin();
            for (int r = 0; r < windowRows; r++) {
                forward.row(r);
                for (int o = 0; o < outputs; o++) {
                    copyRow(forward, o, 2 * r, y);
                    if (2 * r + 1 < rows) {
                        copyRow(forward, o, 2 * r + 1, y);
                    }
                }
            }
        };
    }

    private void copyRow(Forward forward, int o, int row, float[] y) {
        for (int j = 0; j < columns; j++) {
            int corner = row % 2 * 2 + j % 2;
            int from = (o * 4 + corner) * forward.stride() + j / 2 * images;
            System.arraycopy(forward.corners, from, y, ((o * rows + row) * columns + j) * images, images);
        }
    }

    // backward

    /// The gradient elements of a result, channel by channel, in the order of the sums, each with the place
    /// of its patch among the images with channels innermost.
    static final class Events {
        final float[] g;
        final int[] place;
        /// Elements of each output and row of windows.
        final int[] count;
        /// Distance of the first elements of two rows of windows.
        final int stride;

        private Events(int rows, int stride, int slack) {
            this.stride = stride;
            g = new float[rows * stride + slack];
            place = new int[rows * stride + slack];
            count = new int[rows];
        }
    }

    /// The place of a patch.
    private int placeOf(int n, int row, int column) {
        return n * imageLength() + (row * width + column) * channels;
    }

    /// Makes the events of all elements of a gradient.
    ///
    /// @return events without values, which [#fill] sets
    Events all() {
        Events events = new Events(outputs * windowRows, windows * 4, 0);
        for (int o = 0; o < outputs; o++) {
            for (int r = 0; r < windowRows; r++) {
                int start = (o * windowRows + r) * events.stride;
                int at = start;
                for (int window = 0; window < windows; window++) {
                    for (int corner = 0; corner < 4; corner++) {
                        int row = 2 * r + corner / 2;
                        int column = window / images * 2 + corner % 2;
                        if (row < rows && column < columns) {
                            events.place[at++] = placeOf(window % images, row, column);
                        }
                    }
                }
                events.count[o * windowRows + r] = at - start;
            }
        }
        return events;
    }

    /// For each event of [#all], the index of its gradient with images last.
    int[] sources() {
        int[] from = new int[outputs * windowRows * windows * 4];
        for (int o = 0; o < outputs; o++) {
            for (int r = 0; r < windowRows; r++) {
                int at = (o * windowRows + r) * windows * 4;
                for (int window = 0; window < windows; window++) {
                    for (int corner = 0; corner < 4; corner++) {
                        int row = 2 * r + corner / 2;
                        int column = window / images * 2 + corner % 2;
                        if (row < rows && column < columns) {
                            from[at++] = ((o * rows + row) * columns + column) * images + window % images;
                        }
                    }
                }
            }
        }
        return from;
    }

    /// Makes room for one event a window, or fewer.
    Events winners() {
        return new Events(outputs * windowRows, windows, VectorConvolution.padded(1));
    }

    /// The place of the upper left corner of each window of the first row, and what a row adds.
    int[] windowPlaces() {
        int[] places = new int[windows];
        for (int window = 0; window < windows; window++) {
            places[window] = placeOf(window % images, 0, window / images * 2);
        }
        return places;
    }

    int windowRowPlace() {
        return placeOf(0, 2, 0);
    }

    /// How far each corner of a window lies from its upper left one.
    int[] cornerPlaces() {
        return new int[] {0, placeOf(0, 0, 1), placeOf(0, 1, 0), placeOf(0, 1, 1)};
    }

    /// Sums what [VectorConvolution#addToColumns] added up: over columns, images innermost.
    float sumOfColumns(float[] even, float[] odd) {
        float sum = 0;
        for (int j = 0; j < columns; j++) {
            float[] half = j % 2 == 0 ? even : odd;
            for (int n = 0; n < images; n++) {
                sum += half[j / 2 * images + n];
            }
        }
        return sum;
    }

    /// A copy of the images with channels innermost.
    final class Patches {
        private final int[] place;
        final float[] x = new float[images * imageLength() + VectorConvolution.RUN];

        /// @param rowMajor how the images are laid out, or with images last
        Patches(boolean rowMajor) {
            place = new int[channels * height * width * images];
            for (int c = 0; c < channels; c++) {
                for (int i = 0; i < height; i++) {
                    for (int j = 0; j < width; j++) {
                        for (int n = 0; n < images; n++) {
                            place[index(rowMajor, c, i, j, n)] = placeOf(n, i, j) + c;
                        }
                    }
                }
            }
        }

        /// Takes images.
        void from(float[] given) {
            for (int i = 0; i < place.length; i++) {
                x[place[i]] = given[i];
            }
        }

        /// Gives images back; adding 0 turns a negative zero, which a skipped event may leave, into zero.
        void to(float[] result) {
            for (int i = 0; i < place.length; i++) {
                result[i] = x[place[i]] + 0f;
            }
        }
    }

    /// Sums gradients of weights.
    ///
    /// @param events gradients of the result
    /// @param x images
    /// @param blocked whether each row of windows is summed apart
    /// @param dw receives the gradient, row-major
    Runnable weightGrad(Events events, float[] x, boolean blocked, float[] dw) {
        int room = kernel * VectorConvolution.RUN;
        int size = outputs * Math.max(room, kernel * run);
        int line = Math.max(VectorConvolution.RUN, run);
        float[] sums = new float[size];
        float[] blocks = new float[blocked ? size : 0];
        int[] order = padded(line);
        boolean vectors = VectorConvolution.takes(kernel, run);
        return () -> {
            Arrays.fill(sums, 0);
            Arrays.fill(blocks, 0);
            for (int r = 0; r < windowRows; r++) {
                for (int o = 0; o < outputs; o++) {
                    int start = (o * windowRows + r) * events.stride;
                    int end = start + events.count[o * windowRows + r];
                    int at = o * kernel * line;
                    if (vectors) {
                        VectorConvolution.addWeightGrad(
                                sums, at, events.g, events.place, start, end, x, run, width * channels);
                    } else {
                        addWeightGrad(sums, at, line, events, start, end, x);
                    }
                }
                if (blocked) {
                    Rows.add(blocks, 0, sums, size);
                    Arrays.fill(sums, 0);
                }
            }
            float[] result = blocked ? blocks : sums;
            for (int i = 0; i < order.length; i++) {
                dw[i] = result[order[i]] + 0f; // as in Patches.to
            }
        };
    }

    /// For each element of row-major weights, its index when kernel rows are `line` long and have channels
    /// innermost.
    private int[] padded(int line) {
        int[] to = new int[outputs * channels * kernel * kernel];
        for (int i = 0; i < to.length; i++) {
            int column = i % kernel;
            int row = i / kernel % kernel;
            int channel = i / (kernel * kernel) % channels;
            int output = i / (kernel * kernel * channels);
            to[i] = (output * kernel + row) * line + column * channels + channel;
        }
        return to;
    }

    private void addWeightGrad(float[] dw, int at, int line, Events events, int start, int end, float[] x) {
        for (int e = start; e < end; e++) {
            for (int row = 0; row < kernel; row++) {
                for (int t = 0; t < run; t++) {
                    int to = at + row * line + t;
                    dw[to] = Math.fma(events.g[e], x[events.place[e] + row * width * channels + t], dw[to]);
                }
            }
        }
    }

    /// Sums gradients of images: row of windows, then output, then event.
    ///
    /// @param events gradients of the result
    /// @param w weights, row-major
    /// @param blocked whether each row of windows of an output is summed apart
    /// @param dx receives the gradient, images last
    Runnable inputGrad(Events events, float[] w, boolean blocked, float[] dx) {
        int line = Math.max(VectorConvolution.RUN, run);
        float[] padded = new float[outputs * kernel * line];
        Patches sums = new Patches(false);
        Patches blocks = new Patches(false);
        int[] order = padded(line);
        boolean vectors = VectorConvolution.takes(kernel, run);
        return () -> {
            for (int i = 0; i < order.length; i++) {
                padded[order[i]] = w[i];
            }
            Arrays.fill(sums.x, 0);
            Arrays.fill(blocks.x, 0);
            for (int r = 0; r < windowRows; r++) {
                for (int o = 0; o < outputs; o++) {
                    int start = (o * windowRows + r) * events.stride;
                    int end = start + events.count[o * windowRows + r];
                    int at = o * kernel * line;
                    if (vectors && !VectorElements.anyNonFinite(events.g, start, end)) {
                        VectorConvolution.addInputGrad(
                                sums.x, events.g, events.place, start, end, padded, at, width * channels);
                    } else {
                        addInputGrad(sums.x, events, start, end, padded, at, line);
                    }
                    if (blocked) {
                        Rows.add(blocks.x, 0, sums.x, sums.x.length);
                        Arrays.fill(sums.x, 0);
                    }
                }
            }
            (blocked ? blocks : sums).to(dx);
        };
    }

    private void addInputGrad(float[] dx, Events events, int start, int end, float[] w, int at, int line) {
        for (int e = start; e < end; e++) {
            for (int row = 0; row < kernel; row++) {
                for (int t = 0; t < run; t++) {
                    int to = events.place[e] + row * width * channels + t;
                    dx[to] = Math.fma(events.g[e], w[at + row * line + t], dx[to]);
                }
            }
        }
    }
}

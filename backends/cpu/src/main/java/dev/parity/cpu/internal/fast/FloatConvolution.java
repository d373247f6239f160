package dev.parity.cpu.internal.fast;

import dev.parity.spi.Shape;

/// The sizes of one convolution, and where its elements lie in the layouts that the kernels read.
///
/// Forward, images have columns of even and odd number apart and images innermost; backward, channels
/// innermost, so that a row of a patch is contiguous. All sums over positions run over windows of two by
/// two: window row, window column, image, corner.
final class FloatConvolution {
    final int images;
    final int channels;
    final int height;
    final int width;
    final int outputs;
    final int kernel;
    final int rows;
    final int columns;
    final int run;
    /// Rows and columns of windows; the last ones may lie half outside.
    final int windowRows;
    final int windowColumns;
    /// Windows of all images in a row of them.
    final int windows;

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

    /// Whether every window lies inside.
    boolean isEven() {
        return rows % 2 == 0 && columns % 2 == 0;
    }

    /// Index of an image element, row-major or with images last.
    int index(boolean rowMajor, int c, int i, int j, int n) {
        int pixels = channels * height * width;
        int pixel = (c * height + i) * width + j;
        return rowMajor ? n * pixels + pixel : pixel * images + n;
    }

    /// Distance of two images with channels innermost; one row more than needed, so that not all images
    /// share the same sets of a cache.
    int imageLength() {
        return (height + 1) * width * channels;
    }

    /// The place of a patch.
    int placeOf(int n, int row, int column) {
        return n * imageLength() + (row * width + column) * channels;
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

    /// For each element of row-major weights, its index when kernel rows are `line` long and have channels
    /// innermost.
    int[] padded(int line) {
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
}

package dev.parity.cpu.internal.model;

import dev.parity.cpu.internal.fast.FloatMatMul;
import dev.parity.cpu.internal.fast.Layouts;
import dev.parity.spi.ElementType;
import dev.parity.spi.MatrixRule;
import dev.parity.spi.Node;
import dev.parity.spi.NumericMode;
import dev.parity.spi.NumericMode.OperandRounding;
import dev.parity.spi.Op;
import dev.parity.spi.OperandFormat;
import dev.parity.spi.Shape;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/// Matrix products and convolutions of a device with a matrix unit: each a product of a left operand, a row at a time,
/// and a right one, in the device's order of K.
///
/// A bias is added in FP32 when the sum is done.
final class DeviceMatrices {
    private final NumericMode mode;
    private final MatrixRule rule;
    private final Set<OperandFormat> formats;
    private final Multiplier.Unit unit;

    DeviceMatrices(NumericMode mode, Set<OperandFormat> formats, Counts counts) {
        this.mode = mode;
        this.rule = mode.matrixUnit();
        this.formats = formats;
        unit = new Multiplier.Unit(mode, rule, counts, new SplittableRandom(mode.arrival()));
    }

    private Multiplier.Way way(ElementType type, OperandRounding rounding) {
        return switch (type) {
            case FP16 -> new Multiplier.Way(OperandFormat.FP16, false, false);
            case BF16 -> new Multiplier.Way(OperandFormat.BF16, false, false);
            default ->
                switch (rounding) {
                    case NONE -> new Multiplier.Way(OperandFormat.FP32, !formats.contains(OperandFormat.FP32), false);
                    case TF32 -> new Multiplier.Way(OperandFormat.TF32, false, false);
                    case HF32 -> new Multiplier.Way(OperandFormat.HF32, false, false);
                    case FP16 -> new Multiplier.Way(OperandFormat.FP16, false, true);
                };
        };
    }

    Runnable product(FloatMatMul product, ElementType type) {
        Multiplier.Way way = way(type, mode.matMulOperands());
        int terms = product.terms();
        int columns = product.columns();
        int size = product.rows() * columns;
        KOrder order = KOrder.ascending(terms, columns, way.onCores() ? 1 : rule.products(way.format()));
        Multiplier multiplier =
                new Multiplier(unit, way, order, product.batch() * product.rows() * terms, terms * columns, columns);
        Runnable finish = finish(product.y(), type);
        return () -> {
            multiplier.left(product.w());
            for (int e = 0; e < product.batch(); e++) {
                multiplier.right(product.x(), e * terms * columns);
                for (int i = 0; i < product.rows(); i++) {
                    multiplier.row(
                            (e * product.rows() + i) * terms, 1, product.y(), e * size + i * columns, columns, 0);
                }
                product.addBias(e);
            }
            finish.run();
        };
    }

    Runnable convolution(Node node, List<float[]> in, float[] out) {
        Multiplier.Way way = way(node.input(0).element(), mode.convOperands());
        Runnable sums = sums(node, way, in, out);
        Runnable finish = finish(out, node.output().element());
        return () -> {
            sums.run();
            finish.run();
        };
    }

    private Runnable sums(Node node, Multiplier.Way way, List<float[]> in, float[] out) {
        if (node.op() instanceof Op.Conv2d) {
            return forward(node, way, in, out);
        }
        return node.op() instanceof Op.Conv2dWeightGrad
                ? weightGrad(node, way, in, out)
                : inputGrad(node, way, in, out);
    }

    private KOrder order(Multiplier.Way way, int channels, int kernel, KOrder.Place left, KOrder.Place right) {
        return KOrder.convolution(rule, way.format(), channels, kernel, left, right);
    }

    private Runnable forward(Node node, Multiplier.Way way, List<float[]> in, float[] y) {
        Shape x = node.input(0).shape();
        Shape w = node.input(1).shape();
        int images = x.extent(0);
        int channels = x.extent(1);
        int height = x.extent(2);
        int width = x.extent(3);
        int kernel = w.extent(2);
        int rows = height - kernel + 1;
        int columns = (width - kernel + 1) * images;
        KOrder order = order(
                way,
                channels,
                kernel,
                (c, i, j) -> (c * kernel + i) * kernel + j,
                (c, i, j) -> ((c * height + i) * width + j) * images);
        Multiplier multiplier = new Multiplier(unit, way, order, w.size(), x.size(), columns);
        return () -> {
            multiplier.left(in.get(1));
            multiplier.right(in.get(0), 0);
            for (int o = 0; o < w.extent(0); o++) {
                int at = o * rows * columns;
                multiplier.row(o * order.terms(), rows, y, at, columns, width * images);
                float bias = in.get(2)[o];
                for (int i = at; i < at + rows * columns; i++) {
                    y[i] += bias;
                }
            }
        };
    }

    /// The sum runs over images, rows and columns of the result; columns of the product are kernel columns and
    /// channels.
    private Runnable weightGrad(Node node, Multiplier.Way way, List<float[]> in, float[] dw) {
        Shape x = node.input(0).shape();
        Shape w = node.output().shape();
        Shape dy = node.input(1).shape();
        int images = x.extent(0);
        int channels = x.extent(1);
        int height = x.extent(2);
        int width = x.extent(3);
        int kernel = w.extent(2);
        int rows = dy.extent(2);
        int columns = dy.extent(3);
        int terms = images * rows * columns;
        int[] left = new int[terms];
        int[] right = new int[terms];
        for (int k = 0; k < terms; k++) {
            int n = k / (rows * columns);
            int pixel = k % (rows * columns);
            left[k] = pixel * images + n;
            right[k] = ((n * height + pixel / columns) * width + pixel % columns) * channels;
        }
        KOrder order = new KOrder(left, right, KOrder.ends(terms, way.onCores() ? 1 : rule.products(way.format())));
        int[] channelsLast = new int[x.size()];
        for (int i = 0; i < channelsLast.length; i++) {
            int c = i % channels;
            int pixel = i / channels % (height * width);
            channelsLast[i] = (c * height * width + pixel) * images + i / channels / (height * width);
        }
        float[] pixels = new float[x.size()];
        int run = kernel * channels;
        float[] sums = new float[kernel * run];
        Multiplier multiplier = new Multiplier(unit, way, order, dy.size(), x.size(), run);
        return () -> {
            Layouts.gather(pixels, in.get(0), channelsLast);
            multiplier.left(in.get(1));
            multiplier.right(pixels, 0);
            for (int o = 0; o < w.extent(0); o++) {
                multiplier.row(o * terms, kernel, sums, 0, run, width * channels);
                for (int t = 0; t < sums.length; t++) {
                    int place = t / channels;
                    dw[(o * channels + t % channels) * kernel * kernel + place] = sums[t];
                }
            }
        };
    }

    /// A convolution of the gradient, framed by zeros, with the kernel turned round.
    private Runnable inputGrad(Node node, Multiplier.Way way, List<float[]> in, float[] dx) {
        Shape dy = node.input(0).shape();
        Shape w = node.input(1).shape();
        Shape x = node.output().shape();
        int images = x.extent(0);
        int channels = x.extent(1);
        int outputs = w.extent(0);
        int kernel = w.extent(2);
        int frame = kernel - 1;
        int height = dy.extent(2) + 2 * frame;
        int width = dy.extent(3) + 2 * frame;
        int columns = x.extent(3) * images;
        KOrder order = order(
                way,
                outputs,
                kernel,
                (o, i, j) -> (o * channels * kernel + frame - i) * kernel + frame - j,
                (o, i, j) -> ((o * height + i) * width + j) * images);
        float[] framed = new float[outputs * height * width * images];
        Multiplier multiplier = new Multiplier(unit, way, order, w.size(), framed.length, columns);
        int line = dy.extent(3) * images;
        float[] finite = new float[w.size()];
        return () -> {
            for (int r = 0; r < outputs * dy.extent(2); r++) {
                int row = r / dy.extent(2) * height + r % dy.extent(2) + frame;
                System.arraycopy(in.get(0), r * line, framed, (row * width + frame) * images, line);
            }
            float[] weights = in.get(1);
            for (int i = 0; i < finite.length; i++) {
                finite[i] = Float.isFinite(weights[i]) ? weights[i] : 0;
            }
            multiplier.left(finite);
            multiplier.right(framed, 0);
            for (int c = 0; c < channels; c++) {
                multiplier.row(
                        c * kernel * kernel, x.extent(2), dx, c * x.extent(2) * columns, columns, width * images);
            }
            for (int i = 0; i < finite.length; i++) {
                if (!Float.isFinite(weights[i])) {
                    addProducts(dx, weights[i], in.get(0), i, dy, x, kernel);
                }
            }
        };
    }

    /// Adds the products of a weight that is not finite with all of the gradient but the frame, which is no data.
    ///
    /// @param at index of the weight
    private static void addProducts(float[] dx, float weight, float[] dy, int at, Shape from, Shape to, int kernel) {
        int images = to.extent(0);
        int line = from.extent(3) * images;
        int channel = at / (kernel * kernel) % to.extent(1);
        int output = at / (kernel * kernel) / to.extent(1);
        for (int row = 0; row < from.extent(2); row++) {
            int source = (output * from.extent(2) + row) * line;
            int target = ((channel * to.extent(2) + row + at / kernel % kernel) * to.extent(3) + at % kernel) * images;
            for (int j = 0; j < line; j++) {
                dx[target + j] += weight * dy[source + j];
            }
        }
    }

    /// What the unit does to results of 16 bits before they are stored: its rounding, if it is another than to nearest
    /// even, and its saturation.
    private Runnable finish(float[] y, ElementType type) {
        boolean half = type == ElementType.FP16 || type == ElementType.BF16;
        boolean rounds = half && rule.outputRounding() != MatrixRule.Rounding.RNE;
        boolean saturates = half && rule.outputSaturates();
        return () -> {
            if (rounds) {
                for (int i = 0; i < y.length; i++) {
                    y[i] = Rounded.toType(y[i], type, rule.outputRounding());
                }
            }
            if (saturates) {
                for (int i = 0; i < y.length; i++) {
                    y[i] = (float) type.saturated(y[i]);
                }
            }
        };
    }
}

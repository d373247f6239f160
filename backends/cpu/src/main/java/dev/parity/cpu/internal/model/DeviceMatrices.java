package dev.parity.cpu.internal.model;

import dev.parity.cpu.internal.fast.FloatMatMul;
import dev.parity.spi.ElementType;
import dev.parity.spi.MatrixRule;
import dev.parity.spi.Node;
import dev.parity.spi.NumericMode;
import dev.parity.spi.NumericMode.OperandRounding;
import dev.parity.spi.Op;
import dev.parity.spi.OperandFormat;
import dev.parity.spi.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/// Matrix products and convolutions of a device with a matrix unit: each a product of a left operand, a row at a time,
/// and a right one, in the device's order of K.
///
/// A bias is added in FP32 when the sum is done.
final class DeviceMatrices {
    /// Slices of K of a device that adds them as they arrive, if its rule has fewer.
    private static final int ARRIVING = 4;

    private final NumericMode mode;
    private final MatrixRule rule;
    private final Set<OperandFormat> formats;
    private final Counts counts;
    private final SplittableRandom arrival;

    DeviceMatrices(NumericMode mode, Set<OperandFormat> formats, Counts counts) {
        this.mode = mode;
        this.rule = mode.matrixUnit();
        this.formats = formats;
        this.counts = counts;
        arrival = new SplittableRandom(mode.arrival());
    }

    /// What becomes of a tensor's elements, and who multiplies them.
    ///
    /// @param format of the operands
    /// @param onCores whether FP32 cores multiply, not the matrix unit
    /// @param halves whether FP32 is rounded to FP16
    private record Way(OperandFormat format, boolean onCores, boolean halves) {}

    private Way way(ElementType type, OperandRounding rounding) {
        return switch (type) {
            case FP16 -> new Way(OperandFormat.FP16, false, false);
            case BF16 -> new Way(OperandFormat.BF16, false, false);
            default ->
                switch (rounding) {
                    case NONE -> new Way(OperandFormat.FP32, !formats.contains(OperandFormat.FP32), false);
                    case TF32 -> new Way(OperandFormat.TF32, false, false);
                    case HF32 -> new Way(OperandFormat.HF32, false, false);
                    case FP16 -> new Way(OperandFormat.FP16, false, true);
                };
        };
    }

    private DotKernel kernel(Way way, KOrder order, int columns) {
        if (way.onCores) {
            return new FmaKernel(order);
        }
        OperandCast cast = new OperandCast(way.format, rule, way.halves);
        OracleKernel oracle = new OracleKernel(order, new BlockDot(way.format, rule), cast);
        if (TruncatedKernel.takes(rule, way.format)) {
            return new TruncatedKernel(order, way.format, rule, columns, oracle, counts);
        }
        if (ExactKernel.takes(rule)) {
            return new ExactKernel(order, way.format, rule, columns, oracle, counts);
        }
        return PairsKernel.takes(rule) ? new PairsKernel(order, rule.products(way.format), columns) : oracle;
    }

    /// A left and a right operand, cast, and the product's kernel.
    private final class Multiplier {
        private final OperandCast cast;
        private final DotKernel kernel;
        private final float[] left;
        private final float[] right;
        private final int[] slices;
        private final float[] partial;

        /// @param columns at most, of one call
        Multiplier(Way way, KOrder order, int leftLength, int rightLength, int columns) {
            cast = new OperandCast(way.format, rule, way.halves);
            kernel = kernel(way, order, columns);
            left = new float[leftLength];
            right = new float[rightLength + DotKernel.SLACK];
            slices = slices(order.ends().length);
            partial = new float[slices.length > 1 ? columns : 0];
        }

        private int[] slices(int steps) {
            int wanted = mode.deterministic() ? rule.splitK() : Math.max(rule.splitK(), ARRIVING);
            int number = Math.min(wanted, steps);
            int[] ends = new int[number];
            for (int s = 0; s < number; s++) {
                ends[s] = (int) ((long) steps * (s + 1) / number);
            }
            return ends;
        }

        void left(float[] w) {
            cast.cast(left, w, left.length);
        }

        void right(float[] x, int from) {
            if (from == 0) {
                cast.cast(right, x, right.length - DotKernel.SLACK);
            } else {
                float[] part = Arrays.copyOfRange(x, from, from + right.length - DotKernel.SLACK);
                cast.cast(right, part, part.length);
            }
            kernel.right(right, right.length - DotKernel.SLACK);
        }

        /// Computes a row in places.
        ///
        /// @param from where the row begins in the left operand
        /// @param places how many runs of columns
        /// @param y receives a run for each place
        /// @param yAt where the first goes
        /// @param columns of a run
        /// @param pitch what is added to the columns of the right operand from place to place
        void row(int from, int places, float[] y, int yAt, int columns, int pitch) {
            int[] order = order();
            for (int i = 0; i < order.length; i++) {
                kernel.left(left, from, order[i] == 0 ? 0 : slices[order[i] - 1], slices[order[i]]);
                for (int place = 0; place < places; place++) {
                    int at = yAt + place * columns;
                    if (slices.length == 1) {
                        kernel.multiply(y, at, columns, place * pitch);
                    } else {
                        kernel.multiply(partial, 0, columns, place * pitch);
                        add(y, at, columns, i == 0);
                    }
                }
            }
        }

        private int[] order() {
            if (!mode.deterministic() && slices.length > 1) {
                return Orders.permutation(arrival, slices.length);
            }
            int[] ascending = new int[slices.length];
            for (int s = 0; s < ascending.length; s++) {
                ascending[s] = s;
            }
            return ascending;
        }

        private void add(float[] y, int at, int columns, boolean first) {
            ElementType type = rule.partials();
            for (int j = 0; j < columns; j++) {
                float stored = stored(partial[j], type);
                y[at + j] = first ? stored : stored(y[at + j] + stored, type);
            }
        }

        private static float stored(float sum, ElementType type) {
            return type == ElementType.FP32 ? sum : (float) type.round(sum);
        }
    }

    Runnable product(FloatMatMul product, ElementType type) {
        Way way = way(type, mode.matMulOperands());
        int terms = product.terms();
        int columns = product.columns();
        int size = product.rows() * columns;
        KOrder order = KOrder.ascending(terms, columns, way.onCores ? 1 : rule.products(way.format));
        Multiplier multiplier =
                new Multiplier(way, order, product.batch() * product.rows() * terms, terms * columns, columns);
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
        Way way = way(node.input(0).element(), mode.convOperands());
        Runnable sums = sums(node, way, in, out);
        Runnable finish = finish(out, node.output().element());
        return () -> {
            sums.run();
            finish.run();
        };
    }

    private Runnable sums(Node node, Way way, List<float[]> in, float[] out) {
        if (node.op() instanceof Op.Conv2d) {
            return forward(node, way, in, out);
        }
        return node.op() instanceof Op.Conv2dWeightGrad
                ? weightGrad(node, way, in, out)
                : inputGrad(node, way, in, out);
    }

    private KOrder order(Way way, int channels, int kernel, KOrder.Place left, KOrder.Place right) {
        return KOrder.convolution(rule, way.format, channels, kernel, left, right);
    }

    private Runnable forward(Node node, Way way, List<float[]> in, float[] y) {
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
        Multiplier multiplier = new Multiplier(way, order, w.size(), x.size(), columns);
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
    private Runnable weightGrad(Node node, Way way, List<float[]> in, float[] dw) {
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
        KOrder order = new KOrder(left, right, KOrder.ends(terms, way.onCores ? 1 : rule.products(way.format)));
        int[] channelsLast = new int[x.size()];
        for (int i = 0; i < channelsLast.length; i++) {
            int c = i % channels;
            int pixel = i / channels % (height * width);
            channelsLast[i] = (c * height * width + pixel) * images + i / channels / (height * width);
        }
        float[] pixels = new float[x.size()];
        int run = kernel * channels;
        float[] sums = new float[kernel * run];
        Multiplier multiplier = new Multiplier(way, order, dy.size(), x.size(), run);
        return () -> {
            gather(pixels, in.get(0), channelsLast);
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
    private Runnable inputGrad(Node node, Way way, List<float[]> in, float[] dx) {
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
        Multiplier multiplier = new Multiplier(way, order, w.size(), framed.length, columns);
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

    private static void gather(float[] to, float[] from, int[] source) {
        for (int i = 0; i < source.length; i++) {
            to[i] = from[source[i]];
        }
    }

    /// What the unit does to results of 16 bits before they are stored: its rounding, if it is another than to nearest
    /// even, and its saturation.
    private Runnable finish(float[] y, ElementType type) {
        boolean half = type == ElementType.FP16 || type == ElementType.BF16;
        boolean rounds = half && rule.outputRounding() != MatrixRule.Rounding.RNE;
        boolean saturates = half && rule.outputSaturates();
        float largest = (float) type.maxValue();
        return () -> {
            if (rounds) {
                for (int i = 0; i < y.length; i++) {
                    y[i] = Rounded.toType(y[i], type, rule.outputRounding());
                }
            }
            if (saturates) {
                for (int i = 0; i < y.length; i++) {
                    y[i] = Float.isNaN(y[i]) ? 0 : Math.clamp(y[i], -largest, largest);
                }
            }
        };
    }
}

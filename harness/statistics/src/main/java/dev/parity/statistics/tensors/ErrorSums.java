package dev.parity.statistics.tensors;

import java.util.Arrays;

/// Adds up the errors of a tensor's elements.
final class ErrorSums {
    /// An element below this share of the tensor's size is judged by the size: what cancellation left of its terms
    /// says nothing of the Op.
    private static final double SHARE = 1.0 / 8;

    private static final double MANY_ULPS = 32;
    private static final double[] BOUNDS =
            TensorErrors.BOUNDS.stream().mapToDouble(Double::doubleValue).toArray();

    private final NumberFormat format;
    private final double size;
    private final double least;
    private final long[] histogram = new long[BOUNDS.length + 1];
    private int elements;
    private int apart;
    private int unjudged;
    private int unequal;
    private int numbers;
    private int normal;
    private int smallWrong;
    private int overOne;
    private int overMany;
    private int overMixed;
    private int overLargest;
    private double maxRelative;
    private double sumRelative;
    private double squares;
    private double maxSized;
    private double sumSized;
    private double signed;
    private double outward;
    private double maxAbsolute;
    private double sumUlps;
    private double dot;
    private double goldenSquares;
    private double foundSquares;

    /// Starts with no element.
    ///
    /// @param format of the elements
    /// @param size root mean square of the golden's numbers
    ErrorSums(NumberFormat format, double size) {
        this.format = format;
        this.size = Math.max(size, format.minNormal());
        least = Math.max(size * SHARE, format.minNormal());
    }

    void same() {
        elements++;
        histogram[0]++;
    }

    void apart() {
        elements++;
        apart++;
        unequal++;
        histogram[histogram.length - 1]++;
    }

    void unjudged() {
        elements++;
        unjudged++;
    }

    void add(double golden, double found) {
        elements++;
        numbers++;
        double error = Math.abs(found - golden);
        double ulps = format.ulps(golden, found);
        unequal += found == format.nearest(golden) ? 0 : 1;
        if (Math.abs(golden) >= format.small()) {
            normal++;
            double relative = golden == 0 ? error : error / Math.abs(golden);
            maxRelative = Math.max(maxRelative, relative);
            sumRelative += relative;
        } else {
            smallWrong += error > format.smallTolerance() ? 1 : 0;
        }
        squares += error * error;
        double sized = error / Math.max(Math.abs(golden), least);
        maxSized = Math.max(maxSized, sized);
        sumSized += sized;
        signed += found - golden;
        outward += Math.signum(golden) * (found - golden);
        maxAbsolute = Math.max(maxAbsolute, error);
        sumUlps += ulps;
        overOne += ulps > 1 ? 1 : 0;
        overMany += ulps > MANY_ULPS ? 1 : 0;
        overMixed += error > format.absolute() + format.relative() * Math.abs(golden) ? 1 : 0;
        overLargest += error > format.largest() && ulps > MANY_ULPS ? 1 : 0;
        dot += golden * found;
        goldenSquares += golden * golden;
        foundSquares += found * found;
        int bin = 0;
        while (bin < BOUNDS.length && ulps > BOUNDS[bin]) {
            bin++;
        }
        histogram[bin]++;
    }

    TensorErrors errors() {
        double rms = Math.sqrt(mean(squares, numbers));
        return new TensorErrors(
                elements,
                apart,
                unjudged,
                unequal,
                maxRelative,
                mean(sumRelative, normal),
                rms,
                mean(smallWrong, elements),
                maxSized,
                mean(sumSized, numbers),
                rms / size,
                mean(signed, numbers) / size,
                mean(outward, numbers) / size,
                maxAbsolute,
                mean(sumUlps, numbers),
                mean(overOne, elements),
                mean(overMany, elements),
                mean(overMixed, elements),
                overLargest,
                cosine(),
                Arrays.stream(histogram).boxed().toList());
    }

    private double cosine() {
        if (goldenSquares == 0 || foundSquares == 0) {
            return goldenSquares == foundSquares ? 1 : 0;
        }
        return dot / Math.sqrt(goldenSquares) / Math.sqrt(foundSquares);
    }

    private static double mean(double sum, int n) {
        return n == 0 ? 0 : sum / n;
    }
}

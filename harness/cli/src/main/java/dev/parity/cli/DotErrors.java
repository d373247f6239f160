package dev.parity.cli;

import dev.parity.spi.Canonical;
import dev.parity.spi.ElementType;
import dev.parity.spi.MatrixUnit;
import dev.parity.spi.OperandFormat;
import dev.parity.trace.SeedStream;
import java.util.List;
import java.util.stream.IntStream;

/// Errors of a matrix unit's dot products of random operands, against the exact value.
///
/// Operands are drawn in FP32 and rounded to FP16 where the unit reads that; the exact value is of those operands,
/// before the unit rounds them to TF32 or HF32.
///
/// @param data what was multiplied
/// @param terms of each dot product
/// @param samples how many dot products
/// @param bias mean error, relative to the data's [Data]
/// @param rms root of the mean squared error, relative to the same
/// @param halves share of the results that differ from the exact value after both are rounded to FP16, 0 to 1
record DotErrors(Data data, int terms, int samples, double bias, double rms, double halves) {
    /// Distributions of operands, and what an error is relative to.
    enum Data {
        /// Uniform between 0 and 1, relative to the exact value.
        UNIFORM,
        /// Standard normal, relative to the root of the number of terms.
        NORMAL;

        private float draw(SeedStream.Draw draw) {
            return switch (this) {
                case UNIFORM -> (float) draw.uniform();
                case NORMAL -> {
                    // Box and Muller (Annals of Mathematical Statistics 29, 1958)
                    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - draw.uniform()));
                    yield (float) (radius * StrictMath.cos(2 * Math.PI * draw.uniform()));
                }
            };
        }
    }

    /// One dot product's error, and whether it shows in FP16.
    private record Sample(double error, boolean shows) {}

    /// Measures.
    ///
    /// @param unit that computes
    /// @param format of its operands: FP16, or FP32 that it reads whole or rounded
    /// @param data of operands
    /// @param terms of each dot product, at least 1
    /// @param samples how many, at least 1
    /// @param seed of the operands, equal for all units
    /// @return the errors
    static DotErrors of(MatrixUnit unit, OperandFormat format, Data data, int terms, int samples, long seed) {
        SeedStream.Stream stream = new SeedStream(seed).stream("error/" + Canonical.name(data) + "/" + terms);
        List<Sample> all = IntStream.range(0, samples)
                .parallel()
                .mapToObj(index -> sample(unit, format, data, terms, stream.draw(index)))
                .toList();
        double sum = 0;
        double squares = 0;
        int shown = 0;
        for (Sample sample : all) {
            sum += sample.error;
            squares += sample.error * sample.error;
            shown += sample.shows ? 1 : 0;
        }
        return new DotErrors(
                data, terms, samples, sum / samples, Math.sqrt(squares / samples), (double) shown / samples);
    }

    private static Sample sample(MatrixUnit unit, OperandFormat format, Data data, int terms, SeedStream.Draw draw) {
        int[] a = new int[terms];
        int[] b = new int[terms];
        double exact = 0; // exact products, added in binary64: off by less than terms 2^-53 of their magnitudes
        for (int i = 0; i < terms; i++) {
            float x = data.draw(draw);
            float y = data.draw(draw);
            if (format == OperandFormat.FP16) {
                a[i] = Short.toUnsignedInt(Float.floatToFloat16(x));
                b[i] = Short.toUnsignedInt(Float.floatToFloat16(y));
                exact += (double) Float.float16ToFloat((short) a[i]) * Float.float16ToFloat((short) b[i]);
            } else {
                a[i] = Float.floatToRawIntBits(x);
                b[i] = Float.floatToRawIntBits(y);
                exact += (double) x * y;
            }
        }
        double found = Float.intBitsToFloat(unit.dot(a, b, 0));
        double scale = data == Data.UNIFORM ? exact : Math.sqrt(terms);
        double error = found == exact ? 0 : (found - exact) / scale;
        return new Sample(error, ElementType.FP16.round(found) != ElementType.FP16.round(exact));
    }
}

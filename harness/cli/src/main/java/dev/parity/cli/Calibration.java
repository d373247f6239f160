package dev.parity.cli;

import dev.parity.spi.Canonical;
import dev.parity.spi.OperandFormat;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The dot products whose results tell how a matrix unit sums, as they would be asked of a board.
///
/// T1 to T12 are experiments of Fasi, Higham, Mikaitis and Pranesh (PeerJ CS 7:e330, 2021), of Li et al. (arXiv
/// 2403.00232) and of MMA-Sim (arXiv 2511.10909), or variants of them; the others follow from the parameters' own
/// definitions.
final class Calibration {
    /// Terms of most vectors: one product of the smallest matrix instruction.
    private static final int TERMS = 16;

    private static final List<String> SHOWN = List.of("v100", "a100", "h100", "cube-rne", "cube-tree", "cube-trunc");

    private final List<Vector> vectors = new ArrayList<>();

    private Calibration() {}

    /// One question to a unit.
    ///
    /// @param id short and without a comma
    /// @param dot what is asked
    /// @param half whether the result is asked in FP16
    record Vector(String id, Dot dot, boolean half) {
        private String resultOf(NamedRule rule) {
            if (!rule.multiplies(dot.format())) {
                return "";
            }
            return half
                    ? PatternTable.hex(dot.inHalf(rule.unit(dot.format())), Short.SIZE)
                    : PatternTable.hex(dot.in(rule.unit(dot.format())), Float.SIZE);
        }

        private String row(List<NamedRule> rules) {
            int bits = dot.format().bits();
            Stream<String> asked = Stream.of(
                    id,
                    Canonical.name(dot.format()),
                    PatternTable.hex(dot.a(), bits),
                    PatternTable.hex(dot.b(), bits),
                    PatternTable.hex(dot.c(), Float.SIZE),
                    "",
                    "");
            return Stream.concat(asked, rules.stream().map(this::resultOf)).collect(Collectors.joining(","));
        }
    }

    /// Writes a table: each vector, empty columns for a board's answers, and what the known rules give, of which the
    /// vectors H… are in FP16.
    ///
    /// @param out hears CSV
    static void write(PrintWriter out) {
        List<NamedRule> rules = SHOWN.stream().map(NamedRule::of).toList();
        out.println("id,format,a,b,c_fp32,d_fp32,d_fp16," + String.join(",", SHOWN));
        vectors().forEach(vector -> out.println(vector.row(rules)));
    }

    /// Returns all vectors.
    ///
    /// @return in a fixed order
    static List<Vector> vectors() {
        Calibration all = new Calibration();
        all.sums();
        all.widths();
        all.halves();
        all.wide();
        all.operands();
        return List.copyOf(all.vectors);
    }

    /// Extra bits, rounding and join: FP16 operands, FP32 result.
    private void sums() {
        single("T1", of(1), of(1), -(1 - two(-24)));
        single("T2", of(1), of(1.25), -(two(-3) + two(-25)));
        single("T3", of(1), of(1.25), -(two(-3) + two(-26)));
        for (int i = 0; i < 4; i++) {
            single("T5" + "abcd".charAt(i), of(96, -96), of(192, 192), two(-10 - i));
        }
        single("T6", times(4, two(-10)), times(4, two(-14)), 1 - two(-24));
        single("T6b", times(4, two(-10)), times(4, two(-14)), 1);
        single("T6c", times(4, two(-11)), times(4, two(-14)), 1);
        single("T6d", times(4, two(-12)), times(4, two(-14)), 1 - two(-24));
        single("T7", of(two(-14), 1), of(3 * two(-10), 2), 0);
        single("T7n", of(-two(-14), -1), of(3 * two(-10), 2), 0);
        single("T8", of(two(-10), two(-11), two(-11)), times(3, two(-14)), 1);
        single("T9", times(2, two(-10)), times(2, two(-14)), 1);
        single("T9b", of(two(-10)), of(two(-14)), 1 + two(-23));
        single("T9c", of(two(-10)), of(two(-14)), 1);
        single("T10", of(1, two(-10)), of(1, two(-14)), -1);
        single("T11", times(4, 1), times(4, 1), 1 + two(-22) + two(-23));
        single("T11b", times(4, 1), of(1, 1, 1, two(-23)), 1 + two(-22) + two(-23));
        single("T11c", times(2, 1), times(2, 1), 1 + two(-23));
        single("T12", of(two(-24)), of(1), 0);
        single("T12b", of(0), of(0), two(-149));
        single("T12c", of(two(-24)), of(two(-24)), 0);
        single("N1", of(Double.POSITIVE_INFINITY), of(0), 0);
        single("Z1", times(TERMS, -0.0), times(TERMS, 1), -0.0);
    }

    /// How many products a step has: what is added between 2^27 and -2^27 is lost, or not.
    private void widths() {
        width("T4", 1, TERMS);
        width("T4'", 7, TERMS);
        width("T4a", 3, TERMS);
        width("T4b", 15, TERMS);
        width("T4c", 1, 2 * TERMS);
        width("T4d", 31, 2 * TERMS);
        double[] later = times(TERMS + 1, 0);
        later[0] = -two(13);
        later[TERMS] = 1;
        double[] factors = times(TERMS + 1, 1);
        factors[0] = two(14);
        single("T4e", later, factors, two(27));
    }

    private void width(String id, int last, int terms) {
        double[] a = times(terms, 1);
        double[] b = times(terms, 1);
        a[0] = two(13);
        b[0] = two(14);
        a[last] = -two(13);
        b[last] = two(14);
        single(id, a, b, 0);
    }

    /// FP16 results.
    private void halves() {
        half("H1", 1, two(-11));
        half("H2", 1, two(-10), two(-11));
        half("H3", 1, two(-11), two(-24));
        add("H4", OperandFormat.FP16, of(1, two(-11), two(-24)), of(1, 1, 0.5), 0, true);
        half("H5", 65504, 16);
        half("H6", 65504, 15);
    }

    /// BF16 and FP32 operands: beyond the largest and below the smallest normal number, and in few bits.
    private void wide() {
        double largest = Float.MAX_VALUE;
        add("B1", OperandFormat.BF16, of(two(127)), of(1), two(127));
        add("B2", OperandFormat.BF16, of(two(103)), of(1), largest);
        add("B3", OperandFormat.BF16, of(two(104)), of(1), largest);
        add("B4", OperandFormat.BF16, of(two(100), two(100), 1), of(two(100), -two(100), 1), 0);
        add("F1", OperandFormat.BF16, of(two(-100)), of(two(-30)), 0);
        add("F2", OperandFormat.BF16, of(two(-130)), of(two(10)), 0);
        add("F3", OperandFormat.BF16, times(8, two(-75)), times(8, two(-76)), 0);
        add("P1", OperandFormat.FP32, of(1 + two(-23)), of(1 + two(-23)), -(1 + two(-22)));
    }

    /// How FP32 becomes TF32 and HF32.
    private void operands() {
        add("O1", OperandFormat.TF32, of(1 + two(-11)), of(1), 0);
        add("O2", OperandFormat.TF32, of(1 + 3 * two(-11)), of(1), 0);
        add("O3", OperandFormat.HF32, of(1 + two(-12)), of(1), 0);
        add("O4", OperandFormat.HF32, of(1 + 3 * two(-12)), of(1), 0);
        add("O5", OperandFormat.HF32, of(1 + two(-11)), of(1), 0);
    }

    private void single(String id, double[] a, double[] b, double c) {
        add(id, OperandFormat.FP16, a, b, c);
    }

    private void half(String id, double... a) {
        add(id, OperandFormat.FP16, a, times(a.length, 1), 0, true);
    }

    private void add(String id, OperandFormat format, double[] a, double[] b, double c) {
        add(id, format, a, b, c, false);
    }

    private void add(String id, OperandFormat format, double[] a, double[] b, double c, boolean half) {
        Dot dot = new Dot(format, patterns(format, a), patterns(format, b), Float.floatToRawIntBits((float) c));
        vectors.add(new Vector(id, dot, half));
    }

    private static int[] patterns(OperandFormat format, double[] values) {
        DoubleToIntFunction pattern = switch (format) {
            case FP16 -> value -> Short.toUnsignedInt(Float.floatToFloat16((float) value));
            case BF16 -> value -> Float.floatToRawIntBits((float) value) >>> Short.SIZE;
            case TF32, HF32, FP32 -> value -> Float.floatToRawIntBits((float) value);
        };
        return Arrays.stream(Arrays.copyOf(values, (values.length + TERMS - 1) / TERMS * TERMS))
                .mapToInt(pattern)
                .toArray();
    }

    private static double[] of(double... values) {
        return values;
    }

    private static double[] times(int n, double value) {
        double[] values = new double[n];
        Arrays.fill(values, value);
        return values;
    }

    private static double two(int exponent) {
        return Math.scalb(1.0, exponent);
    }
}

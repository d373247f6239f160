package dev.parity.cpu.internal.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.cpu.Modes;
import dev.parity.spi.MatrixRule;
import dev.parity.spi.OperandFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The fast kernels against the oracle, bit for bit.
final class KernelsTest {
    /// Every kind of operand that a tensor may hold.
    private enum Kind {
        NORMAL,
        ZEROS,
        SUBNORMAL,
        CANCELLING,
        WIDE,
        NOT_FINITE,
        FEW_BITS
    }

    interface Maker {
        DotKernel of(KOrder order, OperandFormat format, MatrixRule rule, OracleKernel oracle, Counts counts);
    }

    static Stream<Arguments> kernels() {
        List<Arguments> all = new ArrayList<>();
        Maker truncated = TruncatedKernel::new;
        Maker exact = ExactKernel::new;
        Maker pairs = (order, format, rule, _, _) -> new PairsKernel(order, rule.products(format), 40);
        for (String gpu : List.of("v100", "a100", "h100")) {
            MatrixDevice device = Devices.GPUS.stream()
                    .filter(each -> each.id().equals(gpu))
                    .findFirst()
                    .orElseThrow();
            device.formats().forEach(format -> all.add(Arguments.of(gpu, format, device.rule(), truncated)));
        }
        for (OperandFormat format :
                List.of(OperandFormat.FP16, OperandFormat.BF16, OperandFormat.HF32, OperandFormat.FP32)) {
            all.add(Arguments.of("cube-rne", format, Devices.cube("cube-rne"), exact));
            all.add(Arguments.of("cube-tree", format, Devices.cube("cube-tree"), pairs));
        }
        all.add(Arguments.of("cube-trunc", OperandFormat.FP16, Devices.cube("cube-trunc"), truncated));
        MatrixRule short8 = Modes.changed(Devices.cube("cube-rne"), Map.of("products", 8));
        all.add(Arguments.of("8 products", OperandFormat.FP16, short8, exact));
        return all.stream();
    }

    private static float draw(Random random, OperandFormat format, Kind kind, float before) {
        float value = (float) random.nextGaussian();
        float drawn = switch (kind) {
            case NORMAL -> value;
            case ZEROS -> random.nextInt(3) == 0 ? value : random.nextBoolean() ? 0f : -0f;
            case SUBNORMAL -> value * (format == OperandFormat.FP16 ? 0x1p-15f : 0x1p-127f);
            case CANCELLING -> random.nextBoolean() ? -before : value;
            case WIDE -> Math.scalb(value, random.nextInt(28) - 14);
            case NOT_FINITE ->
                switch (random.nextInt(40)) {
                    case 0 -> Float.NaN;
                    case 1 -> Float.POSITIVE_INFINITY;
                    case 2 -> Float.NEGATIVE_INFINITY;
                    case 3 -> 0;
                    default -> value;
                };
            case FEW_BITS -> random.nextInt(17) - 8;
        };
        return switch (format) {
            case FP16 -> Float.float16ToFloat(Float.floatToFloat16(drawn));
            case BF16 -> Float.intBitsToFloat(Float.floatToRawIntBits(drawn) & 0xffff0000);
            case TF32 -> Rounded.toFewer(drawn, 13, MatrixRule.Rounding.RZ);
            case HF32 -> Rounded.toFewer(drawn, 12, MatrixRule.Rounding.RZ);
            case FP32 -> drawn;
        };
    }

    private static float[] draw(Random random, OperandFormat format, Kind kind, int length) {
        float[] values = new float[length + DotKernel.SLACK];
        for (int i = 0; i < length; i++) {
            values[i] = draw(random, format, kind, i == 0 ? 1 : values[i - 1]);
        }
        return values;
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("kernels")
    void aKernelIsTheOracleBitForBit(String name, OperandFormat format, MatrixRule rule, Maker maker) {
        Random random = new Random(18);
        for (int trial = 0; trial < 210; trial++) {
            Kind kind = Kind.values()[trial % Kind.values().length];
            Kind other = trial % 2 == 0 ? kind : Kind.NORMAL;
            int columns = 1 + random.nextInt(40);
            int terms = 1 + random.nextInt(70);
            KOrder order = trial % 3 == 0
                    ? KOrder.convolution(rule, format, terms, 1, (c, _, _) -> terms - 1 - c, (c, _, _) -> c * columns)
                    : KOrder.ascending(terms, columns, rule.products(format));
            OracleKernel oracle =
                    new OracleKernel(order, new BlockDot(format, rule), new OperandCast(format, rule, false));
            DotKernel kernel = maker.of(
                    order,
                    format,
                    rule,
                    new OracleKernel(order, new BlockDot(format, rule), new OperandCast(format, rule, false)),
                    new Counts());
            float[] w = draw(random, format, kind, terms);
            float[] x = draw(random, format, other, terms * columns);
            for (DotKernel each : List.of(oracle, kernel)) {
                each.right(x, terms * columns);
                each.left(w, 0, 0, order.ends().length);
            }
            float[] expected = new float[columns];
            float[] found = new float[columns];
            oracle.multiply(expected, 0, columns, 0);
            kernel.multiply(found, 0, columns, 0);
            assertThat(bits(found))
                    .as("%s %s %s, %d terms, %d columns", name, format, kind, terms, columns)
                    .isEqualTo(bits(expected));
        }
    }

    /// NaN in one way: which bits it has nobody but `model dot` sees.
    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        Arrays.setAll(bits, i -> Float.floatToIntBits(values[i]));
        return bits;
    }

    // of random products hardly a sum lies in the middle of two FP32 numbers, of products of few bits many do
    @Test
    void whatBinary64DecidesIsCounted() {
        Counts counts = new Counts();
        MatrixRule rule = Devices.cube("cube-rne");
        KOrder order = KOrder.ascending(576, 8, 16);
        OracleKernel oracle = new OracleKernel(
                order, new BlockDot(OperandFormat.FP16, rule), new OperandCast(OperandFormat.FP16, rule, false));
        ExactKernel kernel = new ExactKernel(order, OperandFormat.FP16, rule, oracle, counts);
        Random random = new Random(3);
        float[] x = draw(random, OperandFormat.FP16, Kind.NORMAL, 576 * 8);
        kernel.right(x, 576 * 8);
        for (int row = 0; row < 100; row++) {
            kernel.left(draw(random, OperandFormat.FP16, Kind.NORMAL, 576), 0, 0, 36);
            kernel.multiply(new float[8], 0, 8, 0);
        }
        assertThat(counts.shortcut().sum() + counts.exact().sum()).isEqualTo(100 * 36 * 8);
        assertThat(counts.exact().sum()).isLessThan(300);
        assertThat(counts.slow().sum()).isZero();
        // 2^24 + 1 is the middle of two FP32 numbers
        float[] tie = new float[576];
        tie[0] = 0x1p12f;
        tie[16] = 1;
        tie[32] = 0x1p-24f; // so that 53 bits do not hold all sums
        kernel.left(tie, 0, 0, 36);
        float[] ones = new float[576 * 8 + DotKernel.SLACK];
        Arrays.fill(ones, 0, 8, 0x1p12f);
        Arrays.fill(ones, 16 * 8, 17 * 8, 1);
        Arrays.fill(ones, 32 * 8, 33 * 8, 0x1p-24f);
        kernel.right(ones, 576 * 8);
        kernel.left(tie, 0, 0, 36);
        long before = counts.exact().sum();
        float[] y = new float[8];
        kernel.multiply(y, 0, 8, 0);
        assertThat(counts.exact().sum() - before).isEqualTo(8);
        assertThat(y).containsOnly(0x1p24f);
    }
}

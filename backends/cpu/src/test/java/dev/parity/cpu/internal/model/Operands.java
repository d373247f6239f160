package dev.parity.cpu.internal.model;

import dev.parity.spi.OperandFormat;
import java.util.Random;

/// Made-up operands: of all magnitudes, subnormal, not finite, and such that sums cancel.
final class Operands {
    private Operands() {}

    /// Makes patterns of any kind, or of magnitudes around 1.
    static int[] random(Random random, OperandFormat format, int length) {
        int kind = random.nextInt(8);
        int[] patterns = new int[length];
        for (int i = 0; i < length; i++) {
            int any = random.nextInt();
            int near = Float.floatToRawIntBits((float) random.nextGaussian());
            int tiny = any & 0x807fffff;
            int pattern = kind == 0 && random.nextInt(6) == 0 ? any : kind == 1 ? tiny : near;
            patterns[i] = switch (format) {
                case FP16 ->
                    kind == 0 || kind == 1
                            ? (kind == 0 ? any : any & 0x83ff) & 0xffff
                            : Float.floatToFloat16((float) random.nextGaussian()) & 0xffff;
                case BF16 -> pattern >>> 16;
                case TF32, HF32, FP32 -> pattern;
            };
        }
        return patterns;
    }

    /// Makes partners: random ones, of which some undo the product before.
    static int[] cancelling(Random random, OperandFormat format, int[] a) {
        int[] b = random(random, format, a.length);
        int sign = 1 << (format.bits() - 1);
        for (int i = 1; i < a.length; i++) {
            if (random.nextInt(4) == 0) {
                a[i] = a[i - 1];
                b[i] = b[i - 1] ^ sign;
            }
        }
        return b;
    }

    /// Makes an accumulator of about the size of a sum, sometimes its opposite.
    static int near(Random random, OperandFormat format, int[] a, int[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += value(format, a[i]) * value(format, b[i]);
        }
        return Float.floatToRawIntBits((float) (random.nextBoolean() ? -sum : sum * random.nextGaussian()));
    }

    private static double value(OperandFormat format, int pattern) {
        return switch (format) {
            case FP16 -> Float.float16ToFloat((short) pattern);
            case BF16 -> Float.intBitsToFloat(pattern << 16);
            case TF32 -> Float.intBitsToFloat(pattern & ~0x1fff);
            case HF32 -> Float.intBitsToFloat(pattern & ~0xfff);
            case FP32 -> Float.intBitsToFloat(pattern);
        };
    }
}

package dev.parity.cpu.internal.model;

import dev.parity.cpu.internal.fast.Reductions;
import dev.parity.spi.VectorRule;

/// Sums and functions of a device's vector unit.
///
/// Which error a function has at an argument is not published, only its bound; here it is drawn by a hash of the
/// argument's bits, from minus to plus the bound (assumption). `exp 0` and `log 1` are exact.
///
/// @param rule order of sums, and bounds
record DeviceReductions(VectorRule rule) implements Reductions {
    private static final Reductions PLAIN = new Reductions.Sequential();
    /// Lanes of a warp.
    private static final int WARP = 32;
    /// FP32 elements of a 256-byte repeat of Ascend's vector unit.
    private static final int REPEAT = 64;

    private static final int EXP_SALT = 0x5bd1e995;
    private static final int LOG_SALT = 0x2c1b3c6d;

    /// A term of a sum.
    private interface Terms {
        float at(int index);
    }

    /// Adds a product, or a term, to the sum of a lane.
    private interface Step {
        float add(float sum, int index);
    }

    @Override
    public float sum(float[] x, int from, int length) {
        return switch (rule.sum()) {
            case WARP -> warp((sum, i) -> sum + x[from + i], length);
            case PAIRS -> pairs(i -> x[from + i], length);
        };
    }

    /// A GPU's lanes add products by fused multiply-adds; Ascend multiplies first, then adds.
    @Override
    public float dot(float[] a, int atA, float[] b, int atB, int length) {
        return switch (rule.sum()) {
            case WARP -> warp((sum, i) -> Math.fma(a[atA + i], b[atB + i], sum), length);
            case PAIRS -> pairs(i -> a[atA + i] * b[atB + i], length);
        };
    }

    private static float warp(Step step, int length) {
        float[] lanes = new float[WARP];
        for (int i = 0; i < length; i++) {
            lanes[i % WARP] = step.add(lanes[i % WARP], i);
        }
        for (int half = WARP / 2; half >= 1; half /= 2) {
            for (int lane = 0; lane < half; lane++) {
                lanes[lane] += lanes[lane + half];
            }
        }
        return lanes[0] + 0f;
    }

    private static float pairs(Terms terms, int length) {
        float[] repeat = new float[REPEAT];
        float sum = 0;
        for (int first = 0; first < length; first += REPEAT) {
            for (int i = 0; i < REPEAT; i++) {
                repeat[i] = first + i < length ? terms.at(first + i) : 0;
            }
            for (int left = REPEAT; left > 1; left /= 2) {
                for (int i = 0; i < left / 2; i++) {
                    repeat[i] = repeat[2 * i] + repeat[2 * i + 1];
                }
            }
            sum += repeat[0];
        }
        return sum;
    }

    @Override
    public float exp(float x) {
        return x == 0 ? 1 : off(PLAIN.exp(x), x, rule.expUlp(), EXP_SALT);
    }

    @Override
    public float log(float x) {
        return x == 1 ? 0 : off(PLAIN.log(x), x, rule.logUlp(), LOG_SALT);
    }

    /// Moves a rounded result by some ulp; what is zero, subnormal or not finite stays.
    private static float off(float nearest, float x, int most, int salt) {
        boolean normal = Float.isFinite(nearest) && Math.abs(nearest) >= Float.MIN_NORMAL;
        if (most == 0 || !normal) {
            return nearest;
        }
        int hash = Float.floatToRawIntBits(x) * salt;
        hash = (hash ^ (hash >>> 15)) * salt;
        int ulps = Math.floorMod(hash ^ (hash >>> 13), 2 * most + 1) - most;
        float moved = nearest + ulps * Math.ulp(nearest);
        return Float.isFinite(moved) ? moved : nearest;
    }
}

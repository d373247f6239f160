package dev.parity.cpu.internal.model;

import dev.parity.cpu.internal.fast.Reductions;

/// Sums of blocks of neighbouring terms, each from 0, added in ascending order.
///
/// @param terms of a block
record BlockedReductions(int terms) implements Reductions {
    private static final Reductions PLAIN = new Reductions.Sequential();

    @Override
    public float sum(float[] x, int from, int length) {
        float sum = 0;
        for (int first = 0; first < length; first += terms) {
            sum += PLAIN.sum(x, from + first, Math.min(terms, length - first));
        }
        return sum;
    }

    @Override
    public float dot(float[] a, int atA, float[] b, int atB, int length) {
        float sum = 0;
        for (int first = 0; first < length; first += terms) {
            sum += PLAIN.dot(a, atA + first, b, atB + first, Math.min(terms, length - first));
        }
        return sum;
    }

    @Override
    public float exp(float x) {
        return PLAIN.exp(x);
    }

    @Override
    public float log(float x) {
        return PLAIN.log(x);
    }
}

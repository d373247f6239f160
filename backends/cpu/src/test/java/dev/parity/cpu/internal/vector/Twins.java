package dev.parity.cpu.internal.vector;

import java.util.Random;

/// Random inputs for the vector kernels and their scalar twins.
final class Twins {
    private Twins() {}

    static float[] random(int size, long seed) {
        Random random = new Random(seed);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}

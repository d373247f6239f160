package dev.parity.engine.internal;

import dev.parity.trace.SeedStream;

/// Ten classes of coloured waves: each class has a direction, a colour and a phase of its own, each image
/// a strength, a small shift and a second, weaker class mixed in, under noise. Four labels of ten are
/// drawn at random, in training and test alike, so that the best net gets 64 % right and the loss has a
/// floor: after a few hundred steps two runs that round differently differ by tenths of a percent, not by
/// how early each of them found a feature.
public final class SyntheticImages {
    private static final int SIDE = 32;
    private static final double NOISE = 20;
    private static final double RANDOM_LABELS = 0.4;
    private static final double[] COSINE = new double[1024];

    static {
        for (int i = 0; i < COSINE.length; i++) {
            COSINE[i] = StrictMath.cos(2 * Math.PI * i / COSINE.length);
        }
    }

    private final SeedStream seeds;
    private final double[][] wave = new double[RawImages.CLASSES][5];

    /// Draws the classes.
    ///
    /// @param seed of the set
    public SyntheticImages(long seed) {
        seeds = new SeedStream(seed);
        for (int c = 0; c < RawImages.CLASSES; c++) {
            SeedStream.Draw draw = seeds.draw("synthetic/class", c);
            double angle = Math.PI * (c + 0.5 * draw.uniform()) / RawImages.CLASSES;
            double frequency = 2 + 2.5 * draw.uniform();
            wave[c][0] = frequency * StrictMath.cos(angle) / SIDE;
            wave[c][1] = frequency * StrictMath.sin(angle) / SIDE;
            for (int channel = 0; channel < 3; channel++) {
                wave[c][2 + channel] = 2 * draw.uniform() - 1;
            }
        }
    }

    /// Makes images; what they show takes turns.
    ///
    /// @param name of the set, so that sets differ
    /// @param items how many
    /// @return images and labels
    public RawImages make(String name, int items) {
        RawImages images = new RawImages(items);
        for (int item = 0; item < items; item++) {
            int shown = item % RawImages.CLASSES;
            SeedStream.Draw draw = seeds.draw("synthetic/" + name, item);
            boolean random = draw.uniform() < RANDOM_LABELS;
            int drawn = draw.below(RawImages.CLASSES);
            images.labels()[item] = (byte) (random ? drawn : shown);
            image(draw, shown, images.images(), item * RawImages.IMAGE);
        }
        return images;
    }

    private void image(SeedStream.Draw draw, int label, byte[] target, int at) {
        double[] main = wave[label];
        double[] other = wave[draw.below(RawImages.CLASSES)];
        double phase = 0.37 * label + 0.1 * draw.uniform();
        double otherPhase = draw.uniform();
        double strength = 75 + 75 * draw.uniform();
        double otherStrength = 12.5 * draw.uniform();
        int noise = 0;
        for (int channel = 0; channel < 3; channel++) {
            for (int i = 0; i < SIDE * SIDE; i++) {
                if (i % 4 == 0) {
                    noise = draw.bits();
                }
                int x = i % SIDE;
                int y = i / SIDE;
                double value = 127.5
                        + strength * main[2 + channel] * cosine(main[0] * x + main[1] * y + phase)
                        + otherStrength * other[2 + channel] * cosine(other[0] * x + other[1] * y + otherPhase)
                        + NOISE * (((noise >>> (8 * (i % 4))) & 0xff) / 127.5 - 1);
                target[at + channel * SIDE * SIDE + i] = (byte) Math.clamp(Math.round(value), 0, 255);
            }
        }
    }

    private static double cosine(double turns) {
        return COSINE[(int) Math.floor(turns * COSINE.length) & (COSINE.length - 1)];
    }
}

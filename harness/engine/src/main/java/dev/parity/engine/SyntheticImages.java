package dev.parity.engine;

import dev.parity.trace.SeedStream;

/// Ten classes of coloured waves: each class has a direction, a frequency, a colour and a phase of its own.
/// Each image shows one class and, with up to the same strength, a second one, under noise; its label is the
/// stronger of the two. Most images lie near the border of two classes, so that a net gets the better at
/// them the longer and the faster it learns. One image of five shows another class than its label says:
/// no net gets more than 82 % right, and the loss keeps a floor, beside which rounding is small.
final class SyntheticImages {
    private static final int SIDE = 32;
    private static final double NOISE = 40;
    /// Images whose class is drawn without regard to their label; one in ten of them has the label's.
    private static final double RANDOM = 0.2;

    /// A second class has at most half of the strength: `0.5 * u^NEARNESS` of it; small powers are near 0.5.
    private static final double NEARNESS = 0.4;

    /// Turns by which the phase of a class varies from image to image.
    private static final double PHASE = 0.4;

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
    SyntheticImages(long seed) {
        seeds = new SeedStream(seed);
        for (int c = 0; c < RawImages.CLASSES; c++) {
            SeedStream.Draw draw = seeds.draw("synthetic/class", c);
            double angle = Math.PI * (c + 0.5 * draw.uniform()) / RawImages.CLASSES;
            double frequency = 2 + 2.5 * draw.uniform();
            wave[c][0] = frequency * StrictMath.cos(angle) / SIDE;
            wave[c][1] = frequency * StrictMath.sin(angle) / SIDE;
            double square = 0;
            for (int channel = 0; channel < 3; channel++) {
                wave[c][2 + channel] = 2 * draw.uniform() - 1;
                square += wave[c][2 + channel] * wave[c][2 + channel];
            }
            for (int channel = 0; channel < 3; channel++) { // no class is paler than another
                wave[c][2 + channel] /= Math.sqrt(square);
            }
        }
    }

    /// Makes images, as many of each label as of any other, in random order.
    ///
    /// @param name of the set, so that sets differ
    /// @param items how many
    /// @return images and labels
    RawImages make(String name, int items) {
        RawImages images = new RawImages(items);
        byte[] labels = images.labels();
        SeedStream.Draw order = seeds.draw("synthetic/%s/order".formatted(name), 0);
        for (int item = 0; item < items; item++) {
            int other = order.below(item + 1);
            labels[item] = labels[other];
            labels[other] = (byte) (item % RawImages.CLASSES);
        }
        for (int item = 0; item < items; item++) {
            SeedStream.Draw draw = seeds.draw("synthetic/" + name, item);
            int drawn = draw.below(RawImages.CLASSES);
            int shown = draw.uniform() < RANDOM ? drawn : labels[item];
            image(draw, shown, images.images(), item * RawImages.IMAGE);
        }
        return images;
    }

    private void image(SeedStream.Draw draw, int shown, byte[] target, int at) {
        int second = (shown + 1 + draw.below(RawImages.CLASSES - 1)) % RawImages.CLASSES;
        double[] main = wave[shown];
        double[] other = wave[second];
        double phase = phase(shown, draw);
        double otherPhase = phase(second, draw);
        double share = 0.5 * StrictMath.pow(draw.uniform(), NEARNESS);
        double both = 75 + 75 * draw.uniform();
        double strength = (1 - share) * both;
        double otherStrength = share * both;
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

    private static double phase(int label, SeedStream.Draw draw) {
        return 0.37 * label + PHASE * draw.uniform();
    }

    private static double cosine(double turns) {
        return COSINE[(int) Math.floor(turns * COSINE.length) & (COSINE.length - 1)];
    }
}

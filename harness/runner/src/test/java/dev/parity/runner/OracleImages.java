package dev.parity.runner;

import dev.parity.engine.DataSet;
import dev.parity.engine.DataSets;
import dev.parity.trace.SeedStream;

/// The images that the NumPy implementation behind [OracleTest] was run on: the synthetic set as it was then.
///
/// Image i shows a wave of class i mod 10 with a second, weaker one under noise; four labels of ten are random.
final class OracleImages {
    private static final int CLASSES = 10;
    private static final int SIDE = 32;
    private static final int SEED = 2;

    private final SeedStream seeds = new SeedStream(SEED);
    private final double[][] wave = new double[CLASSES][5];
    private final double[] cosine = new double[1024];

    private OracleImages() {
        for (int i = 0; i < cosine.length; i++) {
            cosine[i] = StrictMath.cos(2 * Math.PI * i / cosine.length);
        }
        for (int c = 0; c < CLASSES; c++) {
            SeedStream.Draw draw = seeds.draw("synthetic/class", c);
            double angle = Math.PI * (c + 0.5 * draw.uniform()) / CLASSES;
            double frequency = 2 + 2.5 * draw.uniform();
            wave[c][0] = frequency * StrictMath.cos(angle) / SIDE;
            wave[c][1] = frequency * StrictMath.sin(angle) / SIDE;
            for (int channel = 0; channel < 3; channel++) {
                wave[c][2 + channel] = 2 * draw.uniform() - 1;
            }
        }
    }

    static DataSets make(int trainItems, int testItems) {
        OracleImages images = new OracleImages();
        return new DataSets("oracle", images.set("train", trainItems), images.set("test", testItems));
    }

    private DataSet set(String name, int items) {
        byte[] images = new byte[items * DataSet.IMAGE];
        byte[] labels = new byte[items];
        for (int item = 0; item < items; item++) {
            int shown = item % CLASSES;
            SeedStream.Draw draw = seeds.draw("synthetic/" + name, item);
            boolean random = draw.uniform() < 0.4;
            int drawn = draw.below(CLASSES);
            labels[item] = (byte) (random ? drawn : shown);
            image(draw, shown, images, item * DataSet.IMAGE);
        }
        return new DataSet(DataSets.CIFAR_CLASSES, images, labels);
    }

    private void image(SeedStream.Draw draw, int label, byte[] target, int at) {
        double[] main = wave[label];
        double[] other = wave[draw.below(CLASSES)];
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
                        + 20 * (((noise >>> (8 * (i % 4))) & 0xff) / 127.5 - 1);
                target[at + channel * SIDE * SIDE + i] = (byte) Math.clamp(Math.round(value), 0, 255);
            }
        }
    }

    private double cosine(double turns) {
        return cosine[(int) Math.floor(turns * cosine.length) & (cosine.length - 1)];
    }
}

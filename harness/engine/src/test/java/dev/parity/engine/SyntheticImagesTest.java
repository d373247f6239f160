package dev.parity.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SyntheticImagesTest {
    private static final int ITEMS = 1000;

    private static RawImages make(long seed, String name) {
        return new SyntheticImages(seed).make(name, ITEMS);
    }

    @Test
    void labelsAreBalancedAndInNoPattern() {
        byte[] labels = make(1, "train").labels();
        int[] counts = new int[RawImages.CLASSES];
        int inTurn = 0;
        int repeated = 0;
        for (int item = 0; item < ITEMS; item++) {
            counts[labels[item]]++;
            inTurn += labels[item] == item % RawImages.CLASSES ? 1 : 0;
            repeated += item >= 10 && labels[item] == labels[item - 10] ? 1 : 0;
        }
        assertThat(counts).containsOnly(ITEMS / RawImages.CLASSES);
        // one in ten by chance: 100 and 99, with a standard deviation of 9.5
        assertThat(inTurn).isBetween(60, 140);
        assertThat(repeated).isBetween(60, 140);
    }

    @Test
    void aSetIsMadeOfItsSeedAndNameAlone() {
        assertThat(make(1, "train").images()).isEqualTo(make(1, "train").images());
        assertThat(make(1, "train").labels()).isNotEqualTo(make(1, "test").labels());
        assertThat(make(1, "train").labels()).isNotEqualTo(make(2, "train").labels());
        assertThat(make(1, "train").images()).isNotEqualTo(make(2, "train").images());
    }

    /// Whoever knows only what a class looks like on average is right more often than by chance, and less often
    /// than the 82 % of who knows it all.
    @Test
    void theMeanOfEachClassIsNotEnough() {
        RawImages train = make(1, "train");
        RawImages test = make(1, "test");
        double[][] means = new double[RawImages.CLASSES][RawImages.IMAGE];
        for (int item = 0; item < ITEMS; item++) {
            for (int i = 0; i < RawImages.IMAGE; i++) {
                means[train.labels()[item]][i] += (train.images()[item * RawImages.IMAGE + i] & 0xff) / 100.0;
            }
        }
        int right = 0;
        for (int item = 0; item < ITEMS; item++) {
            right += nearest(means, test.images(), item * RawImages.IMAGE) == test.labels()[item] ? 1 : 0;
        }
        assertThat(right).isBetween(200, 740); // of 1000; 663 by this probe
    }

    private static int nearest(double[][] means, byte[] images, int at) {
        int best = 0;
        double least = Double.MAX_VALUE;
        for (int c = 0; c < means.length; c++) {
            double distance = 0;
            for (int i = 0; i < RawImages.IMAGE; i++) {
                double difference = (images[at + i] & 0xff) - means[c][i];
                distance += difference * difference;
            }
            if (distance < least) {
                least = distance;
                best = c;
            }
        }
        return best;
    }
}

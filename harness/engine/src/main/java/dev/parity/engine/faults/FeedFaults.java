package dev.parity.engine.faults;

import static dev.parity.engine.faults.PartsFault.require;

import dev.parity.engine.DataSets;
import dev.parity.engine.Feed;
import dev.parity.engine.Model;
import dev.parity.engine.TrainingConfig;
import dev.parity.engine.TrainingParts;
import dev.parity.spi.Fault;
import dev.parity.trace.SeedStream;
import java.util.List;

/// What goes wrong with what the net is fed: data, their order, and random numbers.
public final class FeedFaults implements Fault.Catalogue {
    /// For the ServiceLoader.
    public FeedFaults() {}

    @Override
    public List<Fault> faults() {
        return List.of(
                new PartsFault(
                        Fault.About.of(
                                "gate-noise-gaussian",
                                "draws the gate's noise from a normal distribution of the same mean and variance as"
                                        + " Gumbel's",
                                Fault.Strengths.SWITCH,
                                "gating"),
                        (parts, config, _) -> draws(parts, config, "gate-noise-gaussian", new Normal())),
                new PartsFault(
                        Fault.About.of(
                                "gate-noise-of-device",
                                "draws the gate's noise from other random numbers, as a device's own generator does",
                                Fault.Strengths.SWITCH,
                                "gating"),
                        (parts, config, _) -> draws(parts, config, "gate-noise-of-device", new OtherNumbers())),
                new PartsFault(
                        Fault.About.of(
                                "labels-swapped",
                                "swaps the labels cat and dog in training",
                                Fault.Strengths.SWITCH,
                                "data"),
                        (parts, _, _) -> parts.withFeed(new Swapped(
                                DataSets.CIFAR_CLASSES.indexOf("cat"), DataSets.CIFAR_CLASSES.indexOf("dog")))),
                new PartsFault(
                        Fault.About.of(
                                "normalisation-off",
                                "takes the strength off each pixel, for a mean of 0.5",
                                Fault.Strengths.of(0.45, 0, 1, 0.5),
                                "data"),
                        (parts, _, strength) -> parts.withFeed(new OffMean((float) strength))),
                new PartsFault(
                        Fault.About.of(
                                        "last-batch-repeated",
                                        "trains on the last partial batch of each epoch, filled up with its own items,"
                                                + " where it is to be left out",
                                        Fault.Strengths.SWITCH,
                                        "data")
                                .under("data.trainItems", "1000")
                                .under("train.epochs", "5"),
                        (parts, config, _) -> parts.withSampler(items -> new FilledOrder(config, items))),
                new PartsFault(
                        Fault.About.of(
                                "data-order-differs",
                                "gives the rank that the strength names the data of another seed; the hash of the order"
                                        + " says nothing of it",
                                Fault.Strengths.whole(1, 0, 63, -1),
                                "data"),
                        (parts, config, strength) -> reorders(parts, config, (int) strength, false)),
                new PartsFault(
                        Fault.About.of(
                                "data-order-declared",
                                "gives the rank that the strength names the data of another seed, with an honest hash:"
                                        + " the runs are not comparable",
                                Fault.Strengths.whole(1, 0, 63, -1),
                                "data"),
                        (parts, config, strength) -> reorders(parts, config, (int) strength, true)));
    }

    private static TrainingParts draws(TrainingParts parts, TrainingConfig config, String fault, Feed feed) {
        TrainingConfig.Model model = config.model();
        boolean noisy = model.noise() == TrainingConfig.Noise.RSAMPLE || model.k() == 2;
        require(noisy && !model.experts().isEmpty(), fault, "experts and Gumbel noise");
        return parts.withFeed(feed);
    }

    private static TrainingParts reorders(TrainingParts parts, TrainingConfig config, int rank, boolean declared) {
        int world = config.parallel().world();
        String id = declared ? "data-order-declared" : "data-order-differs";
        require(rank < world, id, "a rank %d, there are %d ranks".formatted(rank, world));
        long otherSeed = config.train().seed() ^ 1;
        TrainingParts other = TrainingParts.of(config.withSeed(otherSeed));
        return parts.withSampler(new OneRankApart(parts.sampler(), other.sampler(), config, rank, declared));
    }

    /// Two labels stand for each other.
    private record Swapped(int one, int other) implements Feed {
        @Override
        public int label(int label) {
            return label == one ? other : label == other ? one : label;
        }
    }

    /// Pixels less another mean than 0.5.
    private record OffMean(float mean) implements Feed {
        @Override
        public float pixel(int value) {
            return (value / 255.0f - mean) / 0.5f;
        }
    }

    /// Every second number of each stream.
    private record OtherNumbers() implements Feed {
        @Override
        public double noise(Model.NoiseInput.Kind kind, SeedStream.Draw draw) {
            draw.uniform();
            return Feed.super.noise(kind, draw);
        }
    }

    /// Normal noise in place of Gumbel's.
    private record Normal() implements Feed {
        /// Euler's constant.
        private static final double MEAN = 0.5772156649015329;

        private static final double DEVIATION = Math.PI / Math.sqrt(6);

        @Override
        public double noise(Model.NoiseInput.Kind kind, SeedStream.Draw draw) {
            return kind == Model.NoiseInput.Kind.GUMBEL
                    ? (float) (MEAN + DEVIATION * normal(draw))
                    : Feed.super.noise(kind, draw);
        }

        /// Box and Muller, Annals of Mathematical Statistics 29, 1958.
        private static double normal(SeedStream.Draw draw) {
            double radius = Math.sqrt(-2 * StrictMath.log(1 - draw.uniform()));
            return radius * StrictMath.cos(2 * Math.PI * draw.uniform());
        }
    }
}

package dev.parity.engine;

import dev.parity.trace.SeedStream;

/// DeepSpeed's order of the training set: one shuffled permutation, rank r taking items r, r + world, …
///
/// What does not fill a whole global batch at the end of an epoch is left out.
public final class ShuffledOrder implements Sampler.Order {
    private final SeedStream seeds;
    private final int items;
    private final int world;
    private final int microBatch;
    private final TrainingConfig.Shuffle shuffle;
    private int epoch = -1;
    private int[] order = new int[0];

    /// Makes the order; not safe for several threads.
    ///
    /// @param config all settings
    /// @param items size of the training set
    /// @throws IllegalArgumentException if the set does not fill one global batch
    public ShuffledOrder(TrainingConfig config, int items) {
        seeds = new SeedStream(config.train().seed());
        this.items = items;
        world = config.parallel().world();
        microBatch = config.train().microBatch();
        shuffle = config.data().shuffle();
        if (stepsPerEpoch() == 0) {
            throw new IllegalArgumentException(
                    "%d training items do not fill one batch of %d x %d".formatted(items, world, microBatch));
        }
    }

    /// Returns the number of whole global batches in the set.
    @Override
    public int stepsPerEpoch() {
        return items / (world * microBatch);
    }

    /// Returns an epoch's permutation.
    ///
    /// @param wanted epoch from 0
    /// @return a permutation of all items
    public int[] order(int wanted) {
        int effective = shuffle == TrainingConfig.Shuffle.ONCE ? 0 : wanted;
        if (effective != epoch) {
            SeedStream.Draw draw = seeds.draw("data-order", effective);
            order = new int[items];
            for (int i = 0; i < items; i++) {
                int j = draw.below(i + 1);
                order[i] = order[j];
                order[j] = i;
            }
            epoch = effective;
        }
        return order;
    }

    @Override
    public int item(long step, int rank, int position) {
        int[] permutation = order((int) (step / stepsPerEpoch()));
        int batch = (int) (step % stepsPerEpoch());
        return permutation[(batch * microBatch + position) * world + rank];
    }
}

package dev.parity.engine.faults;

import dev.parity.engine.Sampler;
import dev.parity.engine.ShuffledOrder;
import dev.parity.engine.TrainingConfig;

/// The configured permutation, with the batch at its end that is not whole: its items are repeated until it is.
final class FilledOrder implements Sampler.Order {
    private final ShuffledOrder honest;
    private final int items;
    private final int world;
    private final int microBatch;

    /// Makes the order.
    ///
    /// @param config all settings
    /// @param items size of the training set
    /// @throws IllegalArgumentException if no batch is partial
    FilledOrder(TrainingConfig config, int items) {
        honest = new ShuffledOrder(config, items);
        this.items = items;
        world = config.parallel().world();
        microBatch = config.train().microBatch();
        PartsFault.require(
                items % batch() != 0,
                "last-batch-repeated",
                "a partial batch, there are %d training items in batches of %d".formatted(items, batch()));
    }

    private int batch() {
        return world * microBatch;
    }

    @Override
    public int stepsPerEpoch() {
        return honest.stepsPerEpoch() + 1;
    }

    @Override
    public int item(long step, int rank, int position) {
        int[] permutation = honest.order((int) (step / stepsPerEpoch()));
        int first = (int) (step % stepsPerEpoch()) * batch();
        int place = position * world + rank;
        return permutation[first + place % Math.min(batch(), items - first)];
    }
}

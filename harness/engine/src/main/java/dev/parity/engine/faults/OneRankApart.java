package dev.parity.engine.faults;

import dev.parity.engine.Sampler;
import dev.parity.engine.TrainingConfig;
import java.util.stream.IntStream;

/// One rank follows another order than the others.
///
/// @param honest the order of the others
/// @param other the order of the one
/// @param config all settings
/// @param apart the one
/// @param declared whether the provenance tells
record OneRankApart(Sampler honest, Sampler other, TrainingConfig config, int apart, boolean declared)
        implements Sampler {
    @Override
    public Order over(int items) {
        Order usual = honest.over(items);
        Order unusual = other.over(items);
        return new Order() {
            @Override
            public int stepsPerEpoch() {
                return usual.stepsPerEpoch();
            }

            @Override
            public int item(long step, int rank, int position) {
                return (rank == apart ? unusual : usual).item(step, rank, position);
            }
        };
    }

    /// The first epoch of the rank.
    @Override
    public int[] admitted(int items) {
        if (!declared) {
            return new int[0];
        }
        Order order = other.over(items);
        int microBatch = config.train().microBatch();
        return IntStream.range(0, order.stepsPerEpoch() * microBatch)
                .map(i -> order.item(i / microBatch, apart, i % microBatch))
                .toArray();
    }
}

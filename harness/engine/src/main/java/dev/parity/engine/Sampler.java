package dev.parity.engine;

/// Which items of the training set each rank sees, and when.
@FunctionalInterface
public interface Sampler {
    /// Prepares the order of a set.
    ///
    /// @param items size of the training set
    /// @return its order, used by one thread; each rank asks for one of its own
    /// @throws IllegalArgumentException if the set does not fill one global batch
    Order over(int items);

    /// Returns what the provenance tells of the order beside the configured permutation.
    ///
    /// @param items size of the training set
    /// @return numbers that go into the hash of the order; empty for the configured one
    default int[] admitted(int items) {
        return new int[0];
    }

    /// The order of a training set.
    interface Order {
        /// Returns the number of steps an epoch.
        ///
        /// @return at least 1
        int stepsPerEpoch();

        /// Finds an item of a micro-batch.
        ///
        /// @param step global step from 0
        /// @param rank which rank
        /// @param position within the micro-batch
        /// @return index of the item in the training set
        int item(long step, int rank, int position);
    }
}

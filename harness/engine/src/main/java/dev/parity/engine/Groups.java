package dev.parity.engine;

import dev.parity.spi.ProcessGroup;
import java.util.List;
import java.util.stream.IntStream;

/// Which ranks work together.
///
/// @param world all of them
/// @param expertParallel those that share out the experts of a layer
/// @param expertData those that hold the same experts
record Groups(ProcessGroup world, ProcessGroup expertParallel, ProcessGroup expertData) {
    static Groups of(TrainingConfig.Parallel parallel) {
        int ranks = parallel.world();
        int ep = parallel.epSize();
        return new Groups(
                new ProcessGroup("world", List.of(range(0, ranks, 1))),
                new ProcessGroup(
                        "expert-parallel",
                        IntStream.range(0, ranks / ep)
                                .mapToObj(group -> range(group * ep, ep, 1))
                                .toList()),
                new ProcessGroup(
                        "expert-data",
                        IntStream.range(0, ep)
                                .mapToObj(place -> range(place, ranks / ep, ep))
                                .toList()));
    }

    private static List<Integer> range(int first, int count, int step) {
        return IntStream.range(0, count).mapToObj(i -> first + i * step).toList();
    }

    /// Returns the ranks that hold the same values of a parameter.
    ProcessGroup holders(Parameter.Kind kind) {
        return kind == Parameter.Kind.EXPERT ? expertData : world;
    }
}

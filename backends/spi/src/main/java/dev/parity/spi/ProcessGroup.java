package dev.parity.spi;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Who takes part in a collective: a partition of the ranks, so that one program serves every rank.
///
/// @param name for messages and provenance, such as `world` or `expert`
/// @param partition the groups, each an ordered list of ranks; all of one size, no rank twice
public record ProcessGroup(String name, List<List<Integer>> partition) {
    /// Checks and copies the partition.
    public ProcessGroup {
        partition = partition.stream().map(List::copyOf).toList();
        Set<Integer> seen = new HashSet<>();
        for (List<Integer> group : partition) {
            if (group.isEmpty() || group.size() != partition.getFirst().size()) {
                throw new IllegalArgumentException(
                        "groups of %s must have one size, were %s".formatted(name, partition));
            }
            for (int rank : group) {
                if (!seen.add(rank)) {
                    throw new IllegalArgumentException("rank %d is twice in group %s".formatted(rank, name));
                }
            }
        }
    }

    /// Returns the number of ranks in each group.
    ///
    /// @return at least 1
    public int size() {
        return partition.getFirst().size();
    }

    /// Returns the group that a rank belongs to.
    ///
    /// @param rank a rank of the partition
    /// @return its group, in order
    /// @throws IllegalArgumentException if the rank is in no group
    public List<Integer> of(int rank) {
        for (List<Integer> group : partition) {
            if (group.contains(rank)) {
                return group;
            }
        }
        throw new IllegalArgumentException("rank %d is in no group of %s %s".formatted(rank, name, partition));
    }
}

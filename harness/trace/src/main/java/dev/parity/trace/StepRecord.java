package dev.parity.trace;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What happened in one training step. NaN and infinities are written as strings.
///
/// @param step global step, from 1, skipped steps counted
/// @param epoch from 1
/// @param loss the loss of each rank, unscaled
/// @param scale the loss scale that the gradients carried; 1 without scaling
/// @param skipped whether an overflow kept the optimizer from stepping
/// @param lr the learning rate of this step's update (of the update that was skipped)
/// @param gradNorm L2 norm of the reduced gradient divided by `scale`: of each parameter, and `global` by
///     the rule of the optimizer
/// @param expertCounts tokens that chose each expert before any drop, summed over ranks: a list a MoE layer
/// @param dropped tokens that found no slot, summed over ranks: one a MoE layer
/// @param replicas checksum of the replicated parameters after the step, one a rank; absent where not taken
/// @param routing where each token went, if asked for
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record StepRecord(
        long step,
        int epoch,
        List<Double> loss,
        double scale,
        boolean skipped,
        double lr,
        SortedMap<String, Double> gradNorm,
        List<List<Integer>> expertCounts,
        List<Integer> dropped,
        List<String> replicas,
        List<Routing> routing)
        implements TraceRecord {
    /// The key of the whole gradient's norm.
    public static final String GLOBAL = "global";

    /// Copies the lists; a missing one is empty.
    public StepRecord {
        if (!(scale > 0) || (gradNorm != null && gradNorm.containsValue(null))) {
            throw new IllegalArgumentException("a step needs a scale above 0 and no null in gradNorm");
        }
        loss = copy(loss);
        gradNorm = gradNorm == null
                ? Collections.emptySortedMap()
                : Collections.unmodifiableSortedMap(new TreeMap<>(gradNorm));
        expertCounts = copy(expertCounts);
        dropped = copy(dropped);
        replicas = copy(replicas);
        routing = copy(routing);
    }

    private static <T> List<T> copy(@Nullable List<T> list) {
        return list == null ? List.of() : List.copyOf(list);
    }

    /// Where the tokens of one rank went in one MoE layer.
    ///
    /// @param layer from 0
    /// @param rank from 0
    /// @param expert the chosen expert of each token (k of them side by side)
    /// @param slot the slot of each choice, -1 where dropped
    /// @param margin distance between the two largest scores of each token
    public record Routing(int layer, int rank, List<Integer> expert, List<Integer> slot, List<Double> margin) {
        /// Copies the lists.
        public Routing {
            expert = List.copyOf(expert);
            slot = List.copyOf(slot);
            margin = List.copyOf(margin);
        }
    }

    /// Returns the mean loss over the ranks.
    ///
    /// @return NaN if any rank's loss is
    public double meanLoss() {
        double sum = 0;
        for (double rank : loss) {
            sum += rank;
        }
        return sum / loss.size();
    }
}

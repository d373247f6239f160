package dev.parity.trace;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// How well the net did on the test set.
///
/// @param step global step after which it was taken; of a log, the step printed last before it, as [Point]
///     has it; 0 where unknown
/// @param mode `train` or `eval`, empty where unknown
/// @param labels the right class of each item; empty where unknown
/// @param ranks what each rank found
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Evaluation(long step, String mode, List<Integer> labels, List<Rank> ranks) implements TraceRecord {
    /// Copies the list.
    public Evaluation {
        mode = mode == null ? "" : mode;
        labels = labels == null ? List.of() : List.copyOf(labels);
        ranks = List.copyOf(ranks);
    }

    /// What one rank found. Overall and per-class figures are two passes, which differ when the gate is
    /// noisy.
    ///
    /// @param rank from 0
    /// @param overall accuracy on all items, of the first pass
    /// @param classes accuracy on each class, of the second pass
    /// @param predictions the class predicted for each item in the first pass; empty where unknown
    /// @param origin file and line of the overall figure, or null for recorded ones
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Rank(
            int rank,
            Score overall,
            List<ClassScore> classes,
            List<Integer> predictions,
            @Nullable String origin) {
        /// Copies the lists; a missing one is empty.
        public Rank {
            classes = classes == null ? List.of() : List.copyOf(classes);
            predictions = predictions == null ? List.of() : List.copyOf(predictions);
            Objects.requireNonNull(overall, "a rank's evaluation needs its overall score");
        }
    }

    /// The accuracy on one class.
    ///
    /// @param name of the class
    /// @param score the accuracy
    public record ClassScore(String name, Score score) {
        /// Refuses a missing part.
        public ClassScore {
            Objects.requireNonNull(name, "a class needs a name");
            Objects.requireNonNull(score, "a class needs a score");
        }
    }

    /// An accuracy.
    ///
    /// @param percent 0 to 100
    /// @param quantum the true value lies in [percent, percent + quantum): 0 where exact, 1 for truncated
    ///     percents
    /// @param items number of test items; 0 where unknown
    public record Score(double percent, double quantum, int items) {
        /// Makes an exact score.
        ///
        /// @param correct items predicted right
        /// @param items number of items, at least 1
        /// @return the score
        public static Score of(int correct, int items) {
            return new Score(100.0 * correct / items, 0, items);
        }

        /// Returns the middle of the values that are possible.
        ///
        /// @return percent
        public double midpoint() {
            return percent + quantum / 2;
        }
    }
}

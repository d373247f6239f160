package dev.parity.statistics;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// What one gate found.
///
/// @param gate id of the gate
/// @param verdict its verdict
/// @param sentence the finding in plain words
/// @param statistic what the estimate is, with its unit; empty for a rule without one
/// @param estimate the statistic
/// @param interval its 90 % interval
/// @param margin the bound, in the statistic's unit
/// @param n number of units; 0 where there are none
/// @param effectiveN the same after autocorrelation
/// @param p of the difference test, after Holm where there are several
/// @param detectable the smallest difference that would have been found 95 % of the time, in the
///     statistic's unit
/// @param parts of a gate that judges several things, such as the classes
/// @param origins where the decisive numbers stand
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record Evidence(
        String gate,
        Verdict verdict,
        String sentence,
        String statistic,
        OptionalDouble estimate,
        Optional<Interval> interval,
        OptionalDouble margin,
        int n,
        OptionalDouble effectiveN,
        OptionalDouble p,
        OptionalDouble detectable,
        List<Part> parts,
        List<String> origins) {
    /// Copies the lists.
    public Evidence {
        parts = List.copyOf(parts);
        origins = List.copyOf(origins);
    }

    /// One of several things that a gate judges.
    ///
    /// @param name of the thing
    /// @param verdict its verdict
    /// @param reference value of the reference
    /// @param candidate value of the candidate
    /// @param difference the statistic
    /// @param interval its 90 % interval
    /// @param p of the difference test, after Holm
    public record Part(
            String name,
            Verdict verdict,
            double reference,
            double candidate,
            double difference,
            Interval interval,
            double p) {}

    /// Makes the finding of a rule that has no statistic.
    ///
    /// @param gate id of the gate
    /// @param verdict its verdict
    /// @param sentence in plain words
    /// @param origins where the decisive numbers stand
    /// @return the evidence
    static Evidence rule(String gate, Verdict verdict, String sentence, List<String> origins) {
        return new Evidence(
                gate,
                verdict,
                sentence,
                "",
                OptionalDouble.empty(),
                Optional.empty(),
                OptionalDouble.empty(),
                0,
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                List.of(),
                origins);
    }

    /// Makes the finding of an equivalence test.
    ///
    /// @param gate id of the gate
    /// @param verdict its verdict
    /// @param sentence in plain words
    /// @param statistic what was estimated, with its unit
    /// @param found the estimate and its interval
    /// @param margin the bound
    /// @return the evidence
    static Evidence equivalence(
            String gate, Verdict verdict, String sentence, String statistic, Estimate found, double margin) {
        return new Evidence(
                gate,
                verdict,
                sentence,
                statistic,
                OptionalDouble.of(found.value()),
                Optional.of(found.interval()),
                OptionalDouble.of(margin),
                found.n(),
                OptionalDouble.of(found.effectiveN()),
                OptionalDouble.of(found.p()),
                OptionalDouble.of(found.detectable()),
                List.of(),
                List.of());
    }

    /// Returns the same finding with origins.
    Evidence withOrigins(List<String> list) {
        return new Evidence(
                gate,
                verdict,
                sentence,
                statistic,
                estimate,
                interval,
                margin,
                n,
                effectiveN,
                p,
                detectable,
                parts,
                list);
    }

    /// Returns the same finding in other words.
    Evidence withSentence(String words) {
        return new Evidence(
                gate,
                verdict,
                words,
                statistic,
                estimate,
                interval,
                margin,
                n,
                effectiveN,
                p,
                detectable,
                parts,
                origins);
    }
}

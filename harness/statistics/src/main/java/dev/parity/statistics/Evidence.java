package dev.parity.statistics;

import java.util.List;
import java.util.Optional;

/// What one gate found.
public sealed interface Evidence {
    /// Names the gate.
    ///
    /// @return its id
    String gate();

    /// Returns the gate's verdict.
    ///
    /// @return the verdict
    Verdict verdict();

    /// Says what was found.
    ///
    /// @return plain words
    String sentence();

    /// Says where the decisive numbers stand.
    ///
    /// @return file and line, or run and step
    List<String> origins();

    /// Returns the statistic beside its margin.
    ///
    /// @return of several, the whole; empty of a rule
    Optional<Equivalence> statistical();

    /// Returns the same finding in other words.
    ///
    /// @param words plain ones
    /// @return the finding
    Evidence withSentence(String words);

    /// A rule holds or does not.
    ///
    /// @param gate id of the gate
    /// @param verdict its verdict
    /// @param sentence the finding in plain words
    /// @param origins where the decisive numbers stand
    record Rule(String gate, Verdict verdict, String sentence, List<String> origins) implements Evidence {
        /// Copies the list.
        public Rule {
            origins = List.copyOf(origins);
        }

        @Override
        public Optional<Equivalence> statistical() {
            return Optional.empty();
        }

        @Override
        public Rule withSentence(String words) {
            return new Rule(gate, verdict, words, origins);
        }
    }

    /// A difference lies inside a margin or does not.
    ///
    /// @param gate id of the gate
    /// @param verdict its verdict
    /// @param sentence the finding in plain words
    /// @param statistic what was estimated
    /// @param unit of the estimate and the margin
    /// @param estimate the difference and what is known of it
    /// @param margin its bound, in the statistic's unit
    /// @param origins where the decisive numbers stand
    record Equivalence(
            String gate,
            Verdict verdict,
            String sentence,
            String statistic,
            Unit unit,
            Estimate estimate,
            double margin,
            List<String> origins)
            implements Evidence {
        /// Copies the list.
        public Equivalence {
            origins = List.copyOf(origins);
        }

        @Override
        public Optional<Equivalence> statistical() {
            return Optional.of(this);
        }

        @Override
        public Equivalence withSentence(String words) {
            return new Equivalence(gate, verdict, words, statistic, unit, estimate, margin, origins);
        }
    }

    /// Several differences of one kind, such as those of the classes.
    ///
    /// @param whole the finding, with the largest difference
    /// @param parts each of them
    record Parts(Equivalence whole, List<Part> parts) implements Evidence {
        /// Copies the list.
        public Parts {
            parts = List.copyOf(parts);
        }

        @Override
        public String gate() {
            return whole.gate();
        }

        @Override
        public Verdict verdict() {
            return whole.verdict();
        }

        @Override
        public String sentence() {
            return whole.sentence();
        }

        @Override
        public List<String> origins() {
            return whole.origins();
        }

        @Override
        public Optional<Equivalence> statistical() {
            return Optional.of(whole);
        }

        @Override
        public Parts withSentence(String words) {
            return new Parts(whole.withSentence(words), parts);
        }
    }

    /// One of several differences.
    ///
    /// @param name of the thing that was compared
    /// @param verdict its verdict
    /// @param reference value of the reference
    /// @param candidate value of the candidate
    /// @param difference the statistic
    /// @param interval its 90 % interval
    /// @param p of the difference test, after Holm
    record Part(
            String name,
            Verdict verdict,
            double reference,
            double candidate,
            double difference,
            Interval interval,
            double p) {}
}

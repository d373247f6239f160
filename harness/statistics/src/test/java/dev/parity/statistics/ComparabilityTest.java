package dev.parity.statistics;

import static dev.parity.statistics.Judging.gate;
import static dev.parity.statistics.Judging.judge;
import static dev.parity.statistics.Judging.only;
import static dev.parity.statistics.Judging.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.trace.Provenance;
import dev.parity.trace.RunTrace;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ComparabilityTest {
    /// What text logs and tables print of a training; importers name these keys.
    @ParameterizedTest
    @ValueSource(
            strings = {
                Provenance.LAYERS,
                Provenance.HIDDEN_SIZE,
                Provenance.HEADS,
                Provenance.EXPERTS,
                Provenance.SEQUENCE_LENGTH,
                Provenance.BATCH_SIZE,
                Provenance.MICRO_BATCH_SIZE,
                Provenance.TOTAL_ITERATIONS
            })
    void eachFactOfALogMayBeUnknownOnOneSideAndBeWaived(String fact) {
        assertThat(judge(run(Map.of(fact, "1")), run(Map.of())).verdict()).isEqualTo(Verdict.PASS);
        assertThat(judge(run(Map.of(fact, "1")), run(Map.of(fact, "2"))).verdict())
                .isEqualTo(Verdict.INVALID);
        assertThat(judge(run(Map.of(fact, "1")), run(Map.of(fact, "2")), Map.of(fact, "known"))
                        .verdict())
                .isEqualTo(Verdict.PASS);
    }

    private static final Map<String, String> NO_WAIVER = Map.of();

    private static RunTrace run(long seed, Map<String, String> keys) {
        return Traces.run(seed, keys, UnaryOperator.identity(), 0.6);
    }

    private static RunTrace run(Map<String, String> keys) {
        return run(1, keys);
    }

    private static Comparability.Key key(ParityResult result, String name) {
        return result.comparability().keys().stream()
                .filter(key -> key.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /// Three pairs, of which the second has other initial weights on one side.
    private static List<Pair> pairs(Map<String, String> second) {
        List<Pair> pairs = new ArrayList<>();
        for (int seed = 1; seed <= 3; seed++) {
            pairs.add(new Pair(run(seed, Map.of()), run(seed, seed == 2 ? second : Map.of())));
        }
        return pairs;
    }

    @Test
    void factsThatOneLogPrintsMatchWhereBothKnowThem() {
        ParityResult known = judge(run(Map.of("layers", "24")), run(Map.of("layers", "32")));
        assertThat(known.verdict()).isEqualTo(Verdict.INVALID);
        assertThat(known.headline()).contains("layers (24 against 32)");
        assertThat(judge(run(Map.of("layers", "24")), run(Map.of("layers", "32")), Map.of("layers", "tied"))
                        .verdict())
                .isEqualTo(Verdict.PASS);
        ParityResult partly = judge(run(Map.of("layers", "24")), run(Map.of()));
        assertThat(partly.verdict()).isEqualTo(Verdict.PASS);
        assertThat(key(partly, "layers").status()).isEqualTo(Comparability.Status.PARTLY_KNOWN);
    }

    @Test
    void theOrderOfThePairsDecidesNothing() {
        List<Pair> pairs = pairs(Map.of(Provenance.INITIAL_WEIGHTS, "other"));
        List<Pair> turned = new ArrayList<>(pairs);
        Collections.swap(turned, 0, 1);
        for (Map<String, String> waivers : List.of(NO_WAIVER, Map.of(Provenance.INITIAL_WEIGHTS, "on purpose"))) {
            ParityResult one = new Comparison(pairs, Profile.STRICT, waivers).judge();
            ParityResult two = new Comparison(turned, Profile.STRICT, waivers).judge();
            assertThat(two.comparability()).isEqualTo(one.comparability());
            assertThat(two.evidence())
                    .extracting(Evidence::verdict)
                    .isEqualTo(one.evidence().stream().map(Evidence::verdict).toList());
            assertThat(verdict(one, "first-step")).isEqualTo(Verdict.NOT_JUDGED);
        }
    }

    @Test
    void aKeyStandsAsInTheWorstPairAndNamesIt() {
        ParityResult result =
                new Comparison(pairs(Map.of(Provenance.INITIAL_WEIGHTS, "other")), Profile.STRICT, NO_WAIVER).judge();
        assertThat(key(result, Provenance.INITIAL_WEIGHTS))
                .isEqualTo(new Comparability.Key(
                        Provenance.INITIAL_WEIGHTS,
                        "same (seed2)",
                        "other (seed2)",
                        Comparability.Status.MISMATCH,
                        ""));
        assertThat(result.verdict()).isEqualTo(Verdict.INVALID);
        assertThat(result.headline()).contains("initial-weights (same (seed2) against other (seed2))");
    }

    @Test
    void aWaiverOfOnePairStaysInTheSentence() {
        ParityResult result = new Comparison(
                        pairs(Map.of(Provenance.DTYPE, "")), Profile.STRICT, Map.of(Comparability.UNKNOWN, "old"))
                .judge();
        assertThat(gate(result, "comparability").sentence()).contains("waived: dtype");
        assertThat(key(result, Provenance.DTYPE).reason()).isEqualTo("old");
        assertThat(key(result, Provenance.DTYPE).candidate()).isEmpty();
    }

    @Test
    void valuesOfSeveralPairsStandSideBySide() {
        ParityResult result = new Comparison(pairs(Map.of()), Profile.STRICT, NO_WAIVER).judge();
        assertThat(key(result, Provenance.SEED).reference()).isEqualTo("1, 2, 3");
        assertThat(key(result, Provenance.DTYPE).candidate()).isEqualTo("same");
        assertThat(key(result, Provenance.BACKEND).status()).isEqualTo(Comparability.Status.UNDER_TEST);
        assertThat(key(result, Provenance.BACKEND).reference()).isEqualTo("cpu");
    }

    @Test
    void manyLongValuesAreCut() {
        List<Pair> pairs = new ArrayList<>();
        for (int seed = 1; seed <= 9; seed++) {
            RunTrace run = run(seed, Map.of(Provenance.DATA_ORDER, seed + "0123456789".repeat(3)));
            pairs.add(new Pair(run, run));
        }
        assertThat(key(new Comparison(pairs, Profile.STRICT, NO_WAIVER).judge(), Provenance.DATA_ORDER)
                        .reference())
                .startsWith("10123456789012345678…, 20123456789012345678…")
                .endsWith("80123456789012345678…, … (9 values)");
    }

    @ParameterizedTest
    @CsvSource({
        "seed, first-step",
        "data-order, first-step",
        "initial-weights, first-step",
        "program, first-step",
        "dtype, first-step",
        "loss-scaler, scaler-replay",
        "loss-scaler-settings, scaler-replay",
        "loss-scaler, scale-events",
        "loss-scaler-settings, scale-events",
        "optimizer, schedule-replay",
        "optimizer, gradient-norm",
        "evaluation-mode, accuracy",
        "evaluation-mode, class-accuracy"
    })
    void aGateThatRestsOnAKeyInDoubtIsNotJudgedAndNamesIt(String key, String gate) {
        RunTrace reference = run(Map.of());
        String other = key.equals(Provenance.LOSS_SCALER_SETTINGS) ? "initial=1.0" : "other";
        Evidence mismatch = only(gate, reference, run(Map.of(key, other)));
        assertThat(mismatch.verdict()).isEqualTo(Verdict.NOT_JUDGED);
        assertThat(mismatch.sentence()).startsWith(key + " differs (").contains("against %s)".formatted(other));
        Evidence oneSided = only(gate, reference, run(Map.of(key, "")));
        assertThat(oneSided.verdict()).isEqualTo(Verdict.NOT_JUDGED);
        assertThat(oneSided.sentence()).startsWith(key + " is known on one side only (");
        Evidence waived = only(gate, List.of(new Pair(reference, run(Map.of(key, other)))), Map.of(key, "on purpose"));
        assertThat(waived.verdict()).isEqualTo(Verdict.NOT_JUDGED);
        assertThat(waived.sentence()).startsWith(key + " was waived (");
    }

    @Test
    void theFirstStepClaimsEqualWeightsAndSoNeedsThemKnown() {
        RunTrace unknown = run(Map.of(Provenance.INITIAL_WEIGHTS, ""));
        Evidence found = gate(judge(unknown, unknown), "first-step");
        assertThat(found.verdict()).isEqualTo(Verdict.NOT_JUDGED);
        assertThat(found.sentence()).isEqualTo("initial-weights is unknown on both sides");
    }

    @Test
    void anAccuracyOfUnknownModeIsJudgedAndSaysSo() {
        RunTrace unknown = run(Map.of(Provenance.EVALUATION_MODE, ""));
        Evidence found = gate(judge(unknown, unknown), "accuracy");
        assertThat(found.verdict()).isEqualTo(Verdict.PASS);
        assertThat(found.sentence()).endsWith("(unknown on both sides: evaluation-mode)");
    }

    @Test
    void aWaivedScalerStillHasItsEventsCounted() {
        ParityResult result = judge(
                run(Map.of()), run(Map.of(Provenance.LOSS_SCALER, "zero")), Map.of(Provenance.LOSS_SCALER, "known"));
        assertThat(gate(result, "scale-events").sentence())
                .contains("reference 5 reduced, 0 used hysteresis, 5 grew, candidate 5 reduced");
        assertThat(key(result, Provenance.LOSS_SCALER))
                .isEqualTo(new Comparability.Key(
                        Provenance.LOSS_SCALER, "unfused", "zero", Comparability.Status.WAIVED, "known"));
    }

    @Test
    void aKeyKnownOnOneSideIsInvalidUnlessUnknownIsWaived() {
        RunTrace less = run(Map.of(Provenance.ZERO_STAGE, ""));
        assertThat(judge(run(Map.of()), less).verdict()).isEqualTo(Verdict.INVALID);
        assertThat(judge(run(Map.of()), less, Map.of(Comparability.UNKNOWN, "old log"))
                        .verdict())
                .isEqualTo(Verdict.PASS);
    }

    @Test
    void aRunWithoutScalerHasNoSettingsToKnow() {
        Map<String, String> none = Map.of(Provenance.LOSS_SCALER, "none", Provenance.LOSS_SCALER_SETTINGS, "");
        ParityResult result = judge(run(none), run(none));
        assertThat(key(result, Provenance.LOSS_SCALER_SETTINGS).status()).isEqualTo(Comparability.Status.MATCH);
        ParityResult zero = judge(
                run(Map.of(Provenance.LOSS_SCALER, "zero", Provenance.LOSS_SCALER_SETTINGS, "")),
                run(Map.of(Provenance.LOSS_SCALER, "zero", Provenance.LOSS_SCALER_SETTINGS, "")));
        assertThat(key(zero, Provenance.LOSS_SCALER_SETTINGS).status()).isEqualTo(Comparability.Status.UNKNOWN);
    }

    // a log's importer may know the rate and not the momentum
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sgd lr=0.01 momentum=0.9 | sgd lr=0.01 | ONE_SIDED",
                "lr=0.01 | sgd lr=0.01 momentum=0.9 | ONE_SIDED",
                "sgd lr=0.01 momentum=0.9 | lr=0.02 | MISMATCH",
                "sgd lr=0.01 | adamw lr=0.01 | MISMATCH",
                "sgd lr=0.01 momentum=0.9 | sgd momentum=0.9 lr=0.02 | MISMATCH"
            })
    void settingsThatAreKnownInPartDifferOnlyWhereBothAreKnown(
            String reference, String candidate, Comparability.Status status) {
        List<Pair> pairs = List.of(
                new Pair(run(Map.of(Provenance.OPTIMIZER, reference)), run(Map.of(Provenance.OPTIMIZER, candidate))));
        assertThat(key(new Comparison(pairs, Profile.STRICT, NO_WAIVER).judge(), Provenance.OPTIMIZER)
                        .status())
                .isEqualTo(status);
    }
}

package dev.parity.statistics;

import dev.parity.trace.Provenance;
import dev.parity.trace.RunTrace;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// What a person approved as equal: how each gate's statistic scatters over repeats, and so what one more equal
/// run may show.
///
/// @param comparability what the reference runs share, by the keys of [Provenance]
/// @param noise spread by the id of a gate
/// @param approvals who approved what and why, the newest last
public record Baseline(
        SortedMap<String, String> comparability, SortedMap<String, Spread> noise, List<Approval> approvals) {
    /// The id of the finding.
    public static final String ID = "baseline";

    /// Fewer repeats say next to nothing of their spread: t(1) is 12.7.
    public static final int FEWEST_REPEATS = 3;

    /// Chance that any gate calls an equal run a regression.
    private static final double FALSE_ALARM = 0.01;

    /// What each run of a study has of its own.
    private static final Set<String> OWN = Set.of(Provenance.SEED, Provenance.DATA_ORDER, Provenance.INITIAL_WEIGHTS);

    /// Copies the collections.
    public Baseline {
        comparability = Collections.unmodifiableSortedMap(new TreeMap<>(comparability));
        noise = Collections.unmodifiableSortedMap(new TreeMap<>(noise));
        approvals = List.copyOf(approvals);
        if (approvals.isEmpty()) {
            throw new IllegalArgumentException("a baseline needs an approval");
        }
    }

    /// An approval.
    ///
    /// @param reason in a person's words
    /// @param at ISO 8601 instant
    /// @param runs what was approved: each run's name and digest
    public record Approval(String reason, String at, List<String> runs) {
        /// Refuses an approval without a reason, and copies the list.
        public Approval {
            if (reason.isBlank()) {
                throw new IllegalArgumentException("an approval needs a reason");
            }
            runs = List.copyOf(runs);
        }
    }

    /// Measures a baseline.
    ///
    /// @param repeats each the answer to a comparison of a repeat with the same reference runs
    /// @param approval by whom and why
    /// @return the baseline
    /// @throws IllegalArgumentException if there are too few repeats, one is not comparable, or none scatters
    public static Baseline of(List<ParityResult> repeats, Approval approval) {
        if (repeats.size() < FEWEST_REPEATS) {
            throw new IllegalArgumentException(
                    "a baseline needs at least %d repeats, found %d".formatted(FEWEST_REPEATS, repeats.size()));
        }
        SortedMap<String, Spread> noise = new TreeMap<>();
        for (int k = 0; k < repeats.size(); k++) {
            if (repeats.get(k).verdict() == Verdict.INVALID) {
                throw new IllegalArgumentException(
                        "repeat %d: %s".formatted(k + 1, repeats.get(k).headline()));
            }
        }
        for (Evidence first : repeats.getFirst().evidence()) {
            double[] values = repeats.stream()
                    .map(result -> statistic(result, first.gate()))
                    .flatMapToDouble(OptionalDouble::stream)
                    .filter(Double::isFinite)
                    .toArray();
            if (values.length == repeats.size()) {
                noise.put(first.gate(), Spread.of(values));
            }
        }
        if (noise.values().stream().allMatch(spread -> spread.deviation() == 0)) {
            throw new IllegalArgumentException(
                    "the %d repeats scatter in nothing, so they measure no noise: expected runs that round or add in another order"
                            .formatted(repeats.size()));
        }
        return new Baseline(shared(repeats.getFirst()), noise, List.of(approval));
    }

    private static OptionalDouble statistic(ParityResult result, String gate) {
        return result.evidence().stream()
                .filter(each -> each.gate().equals(gate) && each.verdict() != Verdict.NOT_JUDGED)
                .flatMapToDouble(each -> statistic(each).stream())
                .findFirst();
    }

    private static OptionalDouble statistic(Evidence evidence) {
        return switch (evidence) {
            case Evidence.Rule _ -> OptionalDouble.empty();
            case Evidence.Equivalence found ->
                OptionalDouble.of(found.estimate().value());
            case Evidence.Parts found ->
                OptionalDouble.of(found.whole().estimate().value());
        };
    }

    /// Returns what all reference runs say alike, without what is each one's own.
    private static SortedMap<String, String> shared(ParityResult result) {
        List<RunTrace> references =
                result.pairs().stream().map(Alignment::reference).toList();
        SortedMap<String, String> shared =
                new TreeMap<>(references.getFirst().provenance().comparability());
        shared.keySet().removeAll(OWN);
        for (RunTrace run : references) {
            shared.entrySet().retainAll(run.provenance().comparability().entrySet());
        }
        return shared;
    }

    /// Takes the place of an older baseline, whose approvals are kept.
    ///
    /// @param older what was approved before
    /// @return this one, with the history of both
    public Baseline after(Baseline older) {
        List<Approval> all = new ArrayList<>(older.approvals);
        all.addAll(approvals);
        return new Baseline(comparability, noise, all);
    }

    /// Judges a result by what equal runs came to. A gate whose margin lies under the noise floor cannot show
    /// parity: it is INCONCLUSIVE, unless the difference is beyond the floor too. A statistic that no equal run
    /// would have is a regression, however small. A baseline of another scenario says nothing: INVALID.
    ///
    /// @param result of a comparison
    /// @return the result with the baseline's finding
    public ParityResult judge(ParityResult result) {
        SortedMap<String, String> found = shared(result);
        List<String> other = new ArrayList<>();
        comparability.forEach((key, value) -> {
            if (!value.equals(found.getOrDefault(key, ""))) {
                other.add("%s (%s against %s)".formatted(key, cut(value), cut(found.getOrDefault(key, "unknown"))));
            }
        });
        if (!other.isEmpty()) {
            return result.with(
                    result.evidence(),
                    new Evidence.Rule(
                            ID,
                            Verdict.INVALID,
                            "the baseline is of another scenario: " + String.join(", ", other),
                            List.of()));
        }
        List<Evidence> judged = new ArrayList<>();
        List<String> regressions = new ArrayList<>();
        for (Evidence each : result.evidence()) {
            Spread spread = noise.get(each.gate());
            OptionalDouble statistic = each.verdict() == Verdict.NOT_JUDGED ? OptionalDouble.empty() : statistic(each);
            if (spread == null || statistic.isEmpty()) {
                judged.add(each);
                continue;
            }
            judged.add(floored(each, spread));
            Interval equal = spread.prediction(1 - FALSE_ALARM / scattering());
            double value = statistic.getAsDouble();
            if (spread.deviation() > 0 && !(value >= equal.low() && value <= equal.high())) {
                regressions.add("%s is %.3g, equal runs have %.3g to %.3g"
                        .formatted(each.gate(), value, equal.low(), equal.high()));
            }
        }
        String approved = "approved at %s: %s"
                .formatted(approvals.getLast().at(), approvals.getLast().reason());
        return result.with(
                judged,
                regressions.isEmpty()
                        ? new Evidence.Rule(
                                ID,
                                Verdict.PASS,
                                "%d statistics are where those of equal runs are (%s)"
                                        .formatted(noise.size(), approved),
                                List.of())
                        : new Evidence.Rule(
                                ID,
                                Verdict.FAIL,
                                "not what was approved: %s (%s)".formatted(String.join("; ", regressions), approved),
                                List.of()));
    }

    private long scattering() {
        return noise.values().stream().filter(spread -> spread.deviation() > 0).count();
    }

    private static Evidence floored(Evidence evidence, Spread spread) {
        return switch (evidence) {
            case Evidence.Rule rule -> rule;
            case Evidence.Equivalence found -> floored(found, spread);
            case Evidence.Parts found -> new Evidence.Parts(floored(found.whole(), spread), found.parts());
        };
    }

    private static Evidence.Equivalence floored(Evidence.Equivalence found, Spread spread) {
        double floor = spread.floor();
        if (found.margin() >= floor || Math.abs(found.estimate().value()) > floor) {
            return found;
        }
        return new Evidence.Equivalence(
                found.gate(),
                Verdict.INCONCLUSIVE,
                "the margin %.3g lies under the noise floor %.3g of %d equal runs: %s"
                        .formatted(found.margin(), floor, spread.repeats(), found.sentence()),
                found.statistic(),
                found.unit(),
                found.estimate(),
                found.margin(),
                found.origins());
    }

    private static String cut(String text) {
        return text.length() > 40 ? text.substring(0, 40) + "…" : text;
    }

    /// Says how two baselines differ.
    ///
    /// @param newer to compare with
    /// @return a line a key or gate that differs; empty if none does
    public List<String> differences(Baseline newer) {
        List<String> lines = new ArrayList<>();
        lines(comparability, newer.comparability, lines);
        lines(texts(noise), texts(newer.noise), lines);
        return lines;
    }

    private static void lines(Map<String, String> older, Map<String, String> newer, List<String> lines) {
        Set<String> keys = new TreeSet<>(older.keySet());
        keys.addAll(newer.keySet());
        for (String key : keys) {
            String before = older.getOrDefault(key, "none");
            String after = newer.getOrDefault(key, "none");
            if (!before.equals(after)) {
                lines.add("%s: %s, now %s".formatted(key, before, after));
            }
        }
    }

    private static Map<String, String> texts(SortedMap<String, Spread> noise) {
        Map<String, String> texts = new TreeMap<>();
        noise.forEach((gate, spread) ->
                texts.put(gate, "%.3g ± %.3g of %d".formatted(spread.mean(), spread.deviation(), spread.repeats())));
        return texts;
    }
}

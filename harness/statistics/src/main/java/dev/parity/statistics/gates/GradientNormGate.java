package dev.parity.statistics.gates;

import dev.parity.statistics.Alignment;
import dev.parity.statistics.Comparison;
import dev.parity.statistics.Estimate;
import dev.parity.statistics.Evidence;
import dev.parity.statistics.Gate;
import dev.parity.statistics.Margin;
import dev.parity.statistics.Margins;
import dev.parity.statistics.Position;
import dev.parity.statistics.Unit;
import dev.parity.statistics.Verdict;
import dev.parity.statistics.detectors.LayerTrend;
import dev.parity.statistics.detectors.ScaleSplit;
import dev.parity.statistics.estimators.Holm;
import dev.parity.statistics.estimators.Means;
import dev.parity.trace.Point;
import dev.parity.trace.Provenance;
import dev.parity.trace.Series;
import dev.parity.trace.StepRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The mean gradient norms of the steps that both sides took must be equivalent: the whole gradient's,
/// and each layer's. "All are equivalent" needs no correction; "some layer differs" is tested with
/// Holm's.
///
/// One run's layers wander: equal runs that round differently were seen 7 % apart in a layer over 400
/// steps, with an interval of 3 %. So a layer beyond the margin is a FAIL from three seeds on, where the
/// seed is the unit, and INCONCLUSIVE below. A tiny layer's margin is as wide as if its norm were larger by
/// 1 % of the whole gradient's: its gradient is what cancellation left of it.
public record GradientNormGate() implements Gate {
    private static final Margin MARGIN = new Margin("gradientNorm", "relative difference of mean gradient norms", 0);

    /// A gradient smaller than this share of the whole says nothing about a layer.
    private static final double NEGLIGIBLE = 1e-3;

    /// The share by which a layer's norm is taken to be larger.
    private static final double TINY = 0.01;

    @Override
    public String id() {
        return "gradient-norm";
    }

    @Override
    public Basis basis() {
        return Basis.alike(Provenance.OPTIMIZER);
    }

    @Override
    public List<Margin> margins() {
        return List.of(MARGIN);
    }

    /// What was found of one norm.
    ///
    /// @param share of the whole gradient's norm
    private record Found(String name, Estimate estimate, double share) {
        /// Widens the margin of a tiny layer, as if its norm were larger by a share of the whole gradient's.
        double margin(double margin) {
            return name.equals(StepRecord.GLOBAL) ? margin : margin * (1 + TINY / share);
        }
    }

    @Override
    public Evidence judge(List<Alignment> pairs, Margins margins) {
        double margin = margins.of(MARGIN);
        List<Set<Position>> skipped =
                pairs.stream().map(GradientNormGate::skipped).toList();
        List<Found> all = new ArrayList<>();
        for (String series : series(pairs)) {
            find(pairs, skipped, series).ifPresent(all::add);
        }
        if (all.isEmpty()) {
            return notJudged("no gradient norms are recorded on both sides");
        }
        for (Found each : all) {
            if (!Double.isFinite(each.estimate.value())) {
                return rule(
                        Verdict.FAIL,
                        "a step that was not skipped has a gradient norm of %s that is not finite"
                                .formatted(each.name));
            }
        }
        double[] adjusted =
                Holm.adjust(all.stream().mapToDouble(each -> each.estimate.p()).toArray());
        int worst = 0;
        List<Verdict> verdicts = new ArrayList<>();
        for (int i = 0; i < adjusted.length; i++) {
            verdicts.add(verdict(all.get(i), adjusted[i], all.get(i).margin(margin), pairs.size()));
            int order = verdicts.get(i).compareTo(verdicts.get(worst));
            boolean larger = Math.abs(all.get(i).estimate.value())
                    > Math.abs(all.get(worst).estimate.value());
            worst = order > 0 || (order == 0 && larger) ? i : worst;
        }
        Found found = all.get(worst);
        String sentence = "of %d mean gradient norms the worst is %s: %+.2f %% [%+.2f, %+.2f]%s%s"
                .formatted(
                        all.size(),
                        found.name,
                        100 * found.estimate.value(),
                        100 * found.estimate.interval().low(),
                        100 * found.estimate.interval().high(),
                        phases(pairs, skipped, Series.gradientNorm(found.name)),
                        verdicts.get(worst) == Verdict.PASS ? "" : trend(all));
        return new Evidence.Equivalence(
                id(),
                verdicts.get(worst),
                sentence,
                "relative difference of a mean gradient norm",
                Unit.RELATIVE,
                found.estimate.withP(adjusted[worst]),
                found.margin(margin),
                List.of());
    }

    /// Says how far a norm was off before the loss scales part, and by how much its level differs behind.
    ///
    /// @return empty where no pair's scales part
    private static String phases(List<Alignment> pairs, List<Set<Position>> skipped, String series) {
        List<double[]> references = new ArrayList<>();
        List<double[]> candidates = new ArrayList<>();
        double before = Double.NaN;
        for (int k = 0; k < pairs.size(); k++) {
            Optional<ScaleSplit> split = ScaleSplit.of(pairs.get(k));
            if (split.isEmpty()) {
                continue;
            }
            List<Alignment.Points> behind = new ArrayList<>();
            for (Alignment.Points norm : taken(pairs.get(k), skipped.get(k), series)) {
                if (split.get().covers(Position.of(norm.reference()))) {
                    double gap = norm.candidate().value() / norm.reference().value() - 1;
                    before = Math.abs(gap) <= Math.abs(before) ? before : gap;
                } else {
                    behind.add(norm);
                }
            }
            if (behind.size() >= 2) {
                references.add(values(behind, Alignment.Points::reference));
                candidates.add(values(behind, Alignment.Points::candidate));
            }
        }
        String first = Double.isNaN(before)
                ? ""
                : "; until the loss scales part it is at most %+.2g %% off".formatted(100 * before);
        if (references.isEmpty()) {
            return first;
        }
        Estimate shift = Means.ofPairs(references, candidates);
        return first
                + "; behind, its level is shifted by %+.2f %% [%+.2f, %+.2f]"
                        .formatted(
                                100 * shift.value(),
                                100 * shift.interval().low(),
                                100 * shift.interval().high());
    }

    private static String trend(List<Found> all) {
        Map<String, Double> gaps = all.stream().collect(Collectors.toMap(Found::name, each -> each.estimate.value()));
        return LayerTrend.of(gaps)
                .map(trend -> "; the gap grows towards the first of the %d layers of %s, from %.2g %% to %.2g %%"
                        .formatted(trend.layers(), trend.name(), 100 * trend.last(), 100 * trend.first()))
                .orElse("");
    }

    private static Verdict verdict(Found found, double adjusted, double margin, int pairs) {
        if (found.name.equals(StepRecord.GLOBAL)) {
            return found.estimate.judge(margin, found.estimate.p());
        }
        if (pairs < Comparison.FEWEST_PAIRS) {
            return found.estimate.interval().inside(-margin, margin) ? Verdict.PASS : Verdict.INCONCLUSIVE;
        }
        return found.estimate.judgeOneOfMany(margin, adjusted);
    }

    private static SortedSet<String> series(List<Alignment> pairs) {
        SortedSet<String> names = new TreeSet<>();
        pairs.forEach(pair -> names.addAll(pair.seriesNames()));
        names.removeIf(name -> !Series.isGradientNorm(name));
        return names;
    }

    /// Returns where a side is known not to have stepped.
    private static Set<Position> skipped(Alignment pair) {
        return pair.runs().stream()
                .flatMap(run -> run.series(Series.SKIPPED).stream())
                .filter(point -> point.value() != 0)
                .map(Position::of)
                .collect(Collectors.toSet());
    }

    /// Estimates the relative difference of a norm's means over the steps that both sides took.
    ///
    /// @return empty where a pair has fewer than two of it, or where it is negligible on both sides
    private static Optional<Found> find(List<Alignment> pairs, List<Set<Position>> skipped, String series) {
        List<double[]> references = new ArrayList<>();
        List<double[]> candidates = new ArrayList<>();
        double share = 0;
        boolean negligible = true;
        for (int k = 0; k < pairs.size(); k++) {
            List<Alignment.Points> norms = taken(pairs.get(k), skipped.get(k), series);
            List<Alignment.Points> whole = taken(pairs.get(k), skipped.get(k), Series.gradientNorm(StepRecord.GLOBAL));
            if (norms.size() < 2) {
                return Optional.empty();
            }
            references.add(values(norms, Alignment.Points::reference));
            candidates.add(values(norms, Alignment.Points::candidate));
            double reference = share(references.getLast(), values(whole, Alignment.Points::reference));
            double candidate = share(candidates.getLast(), values(whole, Alignment.Points::candidate));
            share += reference / pairs.size();
            negligible &= reference <= NEGLIGIBLE && candidate <= NEGLIGIBLE;
        }
        return negligible
                ? Optional.empty()
                : Optional.of(new Found(Series.parameter(series), Means.ofPairs(references, candidates), share));
    }

    private static List<Alignment.Points> taken(Alignment pair, Set<Position> skipped, String series) {
        return pair.series(series).stream()
                .filter(norm -> !skipped.contains(Position.of(norm.reference())))
                .toList();
    }

    private static double[] values(List<Alignment.Points> norms, Function<Alignment.Points, Point> side) {
        return norms.stream().mapToDouble(norm -> side.apply(norm).value()).toArray();
    }

    /// Returns a layer's share of the whole gradient, by their mean norms; 0 of nothing, infinite if only the whole is
    /// unknown.
    private static double share(double[] part, double[] whole) {
        double norm = Arrays.stream(part).average().orElse(0);
        return norm == 0 ? 0 : norm / Arrays.stream(whole).average().orElse(0);
    }
}

package dev.parity.statistics.gates;

import dev.parity.statistics.Alignment;
import dev.parity.statistics.Comparison;
import dev.parity.statistics.Estimate;
import dev.parity.statistics.Evidence;
import dev.parity.statistics.Gate;
import dev.parity.statistics.Margin;
import dev.parity.statistics.Margins;
import dev.parity.statistics.Unit;
import dev.parity.statistics.Verdict;
import dev.parity.statistics.detectors.Gap;
import dev.parity.statistics.detectors.ScaleSplit;
import dev.parity.statistics.estimators.Means;
import dev.parity.statistics.estimators.Robust;
import dev.parity.trace.Point;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The mean losses over a window must be equivalent. With several seeds the seed is the unit; with one,
/// the steps are, by block bootstrap, since differences of neighbouring steps depend on each other. Fewer than three
/// pairs whose steps scatter enough to explain a difference leave it open.
public abstract sealed class LossGate implements Gate {
    private static final Margin MARGIN = new Margin("loss", "relative difference of mean losses", 0);

    /// Fewer losses than this are no series: blocks of them cannot be resampled.
    private static final int FEWEST = 20;

    /// Fewer losses show nothing at all.
    private static final int FEWEST_OF_ALL = 3;

    private final String id;
    private final String where;

    private LossGate(String id, String where) {
        this.id = id;
        this.where = where;
    }

    /// Judges all steps.
    public static final class Whole extends LossGate {
        /// For the ServiceLoader.
        public Whole() {
            super("loss-whole", "over the whole run");
        }

        @Override
        List<Alignment.Points> window(List<Alignment.Points> all) {
            return all;
        }
    }

    /// Judges the last quarter of the steps.
    public static final class LastQuarter extends LossGate {
        /// For the ServiceLoader.
        public LastQuarter() {
            super("loss-last-quarter", "over the last quarter");
        }

        @Override
        List<Alignment.Points> window(List<Alignment.Points> all) {
            return all.subList(all.size() - (all.size() + 3) / 4, all.size());
        }
    }

    /// Returns the steps that count.
    abstract List<Alignment.Points> window(List<Alignment.Points> all);

    @Override
    public String id() {
        return id;
    }

    @Override
    public List<Margin> margins() {
        return List.of(MARGIN);
    }

    @Override
    public boolean isPrimary() {
        return true;
    }

    @Override
    public Evidence judge(List<Alignment> pairs, Margins margins) {
        double margin = margins.of(MARGIN);
        List<double[]> references = new ArrayList<>();
        List<double[]> candidates = new ArrayList<>();
        int fewest = Integer.MAX_VALUE;
        List<String> origins = new ArrayList<>();
        for (Alignment pair : pairs) {
            List<Alignment.Points> all = pair.losses();
            List<Alignment.Points> losses = window(all);
            fewest = Math.min(fewest, all.size());
            if (!losses.isEmpty()) {
                refuseFineMargin(margin, losses.getFirst().reference());
                refuseFineMargin(margin, losses.getFirst().candidate());
                origins.add("%s … %s"
                        .formatted(
                                pair.candidate().origin(losses.getFirst().candidate()),
                                pair.candidate().origin(losses.getLast().candidate())));
            }
            references.add(losses.stream()
                    .mapToDouble(each -> each.reference().value())
                    .toArray());
            candidates.add(losses.stream()
                    .mapToDouble(each -> each.candidate().value())
                    .toArray());
        }
        if (fewest == 0) {
            return notJudged("the two sides have no loss in common");
        }
        if (pairs.size() == 1 && fewest < FEWEST) {
            Optional<Evidence> clear = ofFew(pairs.getFirst(), margin, origins);
            if (clear.isPresent()) {
                return clear.get();
            }
            double gap = Means.ratio(references.getFirst(), candidates.getFirst());
            return rule(
                    Verdict.INCONCLUSIVE,
                    "%d common losses are too few to judge (their means differ by %+.2f %%); at least %d would decide"
                            .formatted(fewest, 100 * gap, FEWEST),
                    origins);
        }
        Estimate found = Means.ofPairs(references, candidates);
        if (!Double.isFinite(found.value())) {
            return rule(Verdict.INCONCLUSIVE, "a loss is not finite, so there is no mean to compare", origins);
        }
        Verdict alone = found.judge(margin, found.p());
        double scatter = scatter(references, candidates);
        Verdict verdict = pairs.size() < Comparison.FEWEST_PAIRS
                        && alone == Verdict.FAIL
                        && Math.abs(found.value()) - scatter < margin
                ? Verdict.INCONCLUSIVE
                : alone;
        return new Evidence.Equivalence(
                id,
                verdict,
                sentence(verdict, found, margin, pairs.size()),
                "relative difference of mean loss",
                Unit.RELATIVE,
                found,
                margin,
                origins);
    }

    /// Finds a difference that a few losses show: before the loss scales part, each is off to the same side by more
    /// than the margin, and by more than they scatter. Few losses show no equivalence.
    private Optional<Evidence> ofFew(Alignment pair, double margin, List<String> origins) {
        double[] gaps = Gap.relative(ScaleSplit.before(pair));
        double least = Arrays.stream(gaps).map(Math::abs).min().orElse(0);
        double low = Arrays.stream(gaps).min().orElse(0);
        double high = Arrays.stream(gaps).max().orElse(0);
        if (gaps.length < FEWEST_OF_ALL || !(least > margin && low * high > 0 && high - low < least)) {
            return Optional.empty();
        }
        Estimate found = Means.ofUnits(gaps);
        return found.judge(margin, found.p()) != Verdict.FAIL
                ? Optional.empty()
                : Optional.of(new Evidence.Equivalence(
                        id,
                        Verdict.FAIL,
                        "each of the %d losses that are common %sis off to the same side, by %+.2f %% to %+.2f %%"
                                .formatted(
                                        gaps.length,
                                        gaps.length < pair.losses().size() ? "before the loss scales part " : "",
                                        100 * low,
                                        100 * high),
                        "mean relative difference of the losses",
                        Unit.RELATIVE,
                        found,
                        margin,
                        origins));
    }

    /// Returns how far the steps of the pairs scatter: one run of small batches wanders as a whole by as much as its
    /// steps do, which its own steps cannot show.
    private static double scatter(List<double[]> references, List<double[]> candidates) {
        double largest = 0;
        for (int k = 0; k < references.size(); k++) {
            double[] a = references.get(k);
            double[] b = candidates.get(k);
            double[] gaps = new double[a.length];
            Arrays.setAll(gaps, i -> a[i] == b[i] ? 0 : b[i] / a[i] - 1);
            largest = Math.max(largest, Robust.scale(gaps));
        }
        return largest;
    }

    private static void refuseFineMargin(double margin, Point point) {
        if (margin * Math.abs(point.value()) < point.quantum()) {
            throw new IllegalArgumentException(
                    "the loss margin of %s %% of %s is finer than the log prints (%s at %s): choose a margin of at least %.2f %%"
                            .formatted(
                                    100 * margin,
                                    point.value(),
                                    point.quantum(),
                                    point.origin(),
                                    100 * point.quantum() / Math.abs(point.value())));
        }
    }

    private String sentence(Verdict verdict, Estimate found, double margin, int seeds) {
        String numbers = "%+.3f %% [%+.3f, %+.3f]"
                .formatted(
                        100 * found.value(),
                        100 * found.interval().low(),
                        100 * found.interval().high());
        return switch (verdict) {
            case PASS -> "%s the losses are equivalent: %s".formatted(where, numbers);
            case WARN -> "%s the losses are equivalent, but with a difference to watch: %s".formatted(where, numbers);
            case FAIL -> "%s the losses differ: %s".formatted(where, numbers);
            case INCONCLUSIVE, INVALID, NOT_JUDGED -> {
                long needed = found.unitsToDecide(margin);
                yield "%s the data cannot tell: %s; about %s would decide"
                        .formatted(
                                where, numbers, needed < 0 ? "no number" : needed + (seeds > 1 ? " seeds" : " steps"));
            }
        };
    }
}

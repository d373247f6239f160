package dev.parity.statistics;

import dev.parity.trace.LossPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The mean losses over a window must be equivalent. With several seeds the seed is the unit; with one,
/// the steps are, by block bootstrap, since differences of neighbouring steps depend on each other.
///
/// @param window which steps
/// @param margin relative difference of the means
record LossGate(Window window, double margin) implements Gate {
    /// Fewer losses than this are no series: blocks of them cannot be resampled.
    private static final int FEWEST = 20;

    /// How the ids of these gates begin.
    static final String FAMILY = "loss-";

    /// Which steps count.
    enum Window {
        /// The last quarter of the steps.
        LAST_QUARTER,
        /// All steps.
        WHOLE
    }

    @Override
    public String id() {
        return FAMILY + window.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public Basis basis() {
        return Basis.NONE;
    }

    @Override
    public Evidence judge(List<Pair> pairs) {
        List<double[]> references = new ArrayList<>();
        List<double[]> candidates = new ArrayList<>();
        int fewest = Integer.MAX_VALUE;
        List<String> origins = new ArrayList<>();
        for (Pair pair : pairs) {
            List<Pair.Losses> all = pair.losses();
            List<Pair.Losses> losses =
                    all.subList(window == Window.WHOLE ? 0 : all.size() - (all.size() + 3) / 4, all.size());
            fewest = Math.min(fewest, all.size());
            double[] reference = losses.stream()
                    .mapToDouble(each -> each.reference().value())
                    .toArray();
            double[] candidate = losses.stream()
                    .mapToDouble(each -> each.candidate().value())
                    .toArray();
            if (!losses.isEmpty()) {
                refuseFineMargin(losses.getFirst().reference());
                refuseFineMargin(losses.getFirst().candidate());
                origins.add("%s … %s"
                        .formatted(
                                Origins.of(pair.candidate(), losses.getFirst().candidate()),
                                Origins.of(pair.candidate(), losses.getLast().candidate())));
            }
            references.add(reference);
            candidates.add(candidate);
        }
        if (fewest == 0) {
            return notJudged("the two sides have no loss in common");
        }
        if (pairs.size() == 1 && fewest < FEWEST) {
            double gap = Estimate.ratio(references.getFirst(), candidates.getFirst());
            return Evidence.rule(
                            id(),
                            Verdict.INCONCLUSIVE,
                            "%d common losses are too few to judge (their means differ by %+.2f %%); at least %d would decide"
                                    .formatted(fewest, 100 * gap, FEWEST),
                            List.of())
                    .withOrigins(origins);
        }
        Estimate found = Estimate.ofPairs(references, candidates);
        if (!Double.isFinite(found.value())) {
            return Evidence.rule(
                    id(), Verdict.INCONCLUSIVE, "a loss is not finite, so there is no mean to compare", origins);
        }
        Verdict verdict = found.judge(margin, found.p());
        return Evidence.equivalence(
                        id(),
                        verdict,
                        sentence(verdict, found, pairs.size()),
                        "relative difference of mean loss",
                        found,
                        margin)
                .withOrigins(origins);
    }

    private void refuseFineMargin(LossPoint point) {
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

    private String sentence(Verdict verdict, Estimate found, int seeds) {
        String where = window == Window.WHOLE ? "over the whole run" : "over the last quarter";
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

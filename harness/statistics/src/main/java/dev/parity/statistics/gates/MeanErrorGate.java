package dev.parity.statistics.gates;

import dev.parity.statistics.Alignment;
import dev.parity.statistics.Estimate;
import dev.parity.statistics.Evidence;
import dev.parity.statistics.Gate;
import dev.parity.statistics.Interval;
import dev.parity.statistics.Margin;
import dev.parity.statistics.Margins;
import dev.parity.statistics.Unit;
import dev.parity.statistics.Verdict;
import dev.parity.statistics.estimators.Correlation;
import java.util.ArrayList;
import java.util.List;

/// The mean over all points of |candidate - reference| / |reference|. Points where both sides are infinite or NaN,
/// as the gradient norms of a step that both skip, do not count.
abstract sealed class MeanErrorGate implements Gate permits MeanLossErrorGate, MeanNormErrorGate {
    private final String id;
    private final String what;
    private final String series;
    private final Margin margin;

    MeanErrorGate(String id, String what, String series, Margin margin) {
        this.id = id;
        this.what = what;
        this.series = series;
        this.margin = margin;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public List<Margin> margins() {
        return List.of(margin);
    }

    @Override
    public Evidence judge(List<Alignment> pairs, Margins margins) {
        List<Double> errors = new ArrayList<>();
        String origin = "";
        double largest = -1;
        for (Alignment pair : pairs) {
            for (Alignment.Points points : pair.series(series)) {
                double reference = points.reference().value();
                double candidate = points.candidate().value();
                if (Double.isFinite(reference) || Double.isFinite(candidate)) {
                    double error = Math.abs(candidate - reference) / Math.abs(reference);
                    errors.add(error);
                    if (Double.compare(error, largest) > 0) {
                        largest = error;
                        origin = pair.candidate().origin(points.candidate());
                    }
                }
            }
        }
        if (errors.isEmpty()) {
            return notJudged("the two sides have no %s in common".formatted(what));
        }
        double[] all = errors.stream().mapToDouble(Double::doubleValue).toArray();
        double mean = errors.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
        double bound = margins.of(margin);
        return new Evidence.Equivalence(
                id,
                mean <= bound ? Verdict.PASS : Verdict.FAIL,
                "the %d %s are %.3f %% apart on average, without sign; the rule allows %.3g %%"
                        .formatted(all.length, what, 100 * mean, 100 * bound),
                "mean absolute relative error of the " + what,
                Unit.RELATIVE,
                new Estimate(mean, Interval.NONE, all.length, Correlation.effectiveN(all), Double.NaN, bound),
                bound,
                List.of(origin));
    }
}

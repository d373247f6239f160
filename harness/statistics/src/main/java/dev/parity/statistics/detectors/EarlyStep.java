package dev.parity.statistics.detectors;

import dev.parity.statistics.Alignment;
import dev.parity.statistics.estimators.Robust;
import dev.parity.trace.StepRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// How far the two sides are apart in one of the first steps that both took. A gap is relative to the reference;
/// NaN where only one side has a number.
///
/// @param step global
/// @param origin where the candidate's numbers stand
/// @param loss gap of the mean loss
/// @param ranks gap of each rank's loss
/// @param norms gap of each gradient norm, the whole gradient's included
/// @param ratios of each gradient norm, candidate over reference; NaN where the reference's is 0
/// @param pooled distance of all norms together, over the whole gradient's norm
/// @param tokens that chose an expert, in all MoE layers
/// @param moved tokens that chose another one, as far as the counts show
/// @param drops difference of the tokens that found no slot
/// @param dropping whether a token found no slot on either side
public record EarlyStep(
        long step,
        String origin,
        double loss,
        List<Double> ranks,
        SortedMap<String, Double> norms,
        SortedMap<String, Double> ratios,
        double pooled,
        long tokens,
        long moved,
        long drops,
        boolean dropping) {
    /// A norm is judged as if it were larger by this share of the whole gradient's: the gradient of a tiny layer is
    /// what cancellation left of it.
    private static final double SHARE = 0x1p-8;

    /// Copies the collections.
    public EarlyStep {
        ranks = List.copyOf(ranks);
        norms = Collections.unmodifiableSortedMap(new TreeMap<>(norms));
        ratios = Collections.unmodifiableSortedMap(new TreeMap<>(ratios));
    }

    /// Reads the first steps that both sides took from equal histories of skips. Up to the first of them both sides
    /// hold equal weights, if they began with equal ones.
    ///
    /// @param pair of recorded runs
    /// @param most number of steps, at least 1
    /// @return in order; empty where step 1 is not recorded on both sides, or one side alone skipped the first
    public static List<EarlyStep> of(Alignment pair, int most) {
        List<EarlyStep> found = new ArrayList<>();
        long expected = 1;
        for (Alignment.Steps steps : pair.steps()) {
            boolean same = steps.reference().skipped() == steps.candidate().skipped();
            if (!same || steps.reference().step() != expected || found.size() == most) {
                break;
            }
            expected++;
            if (!steps.reference().skipped()) {
                found.add(of(steps, pair.candidate().origin(steps.candidate().step())));
            }
        }
        return found;
    }

    /// Returns the typical gap of a parameter's gradient norm: a token or a unit that rounding flips moves those of a
    /// few
    /// layers, other weights move all.
    ///
    /// @return at least 0; NaN where a norm is missing; 0 without norms
    public double typical() {
        double[] gaps = norms.entrySet().stream()
                .filter(each -> !each.getKey().equals(StepRecord.GLOBAL))
                .mapToDouble(each -> Math.abs(each.getValue()))
                .toArray();
        return gaps.length == 0 ? 0 : Robust.median(gaps);
    }

    private static EarlyStep of(Alignment.Steps steps, String origin) {
        StepRecord reference = steps.reference();
        StepRecord candidate = steps.candidate();
        List<Double> ranks = new ArrayList<>();
        for (int rank = 0;
                rank < Math.min(reference.loss().size(), candidate.loss().size());
                rank++) {
            ranks.add(gap(reference.loss().get(rank), candidate.loss().get(rank), 0));
        }
        double whole = whole(reference);
        TreeSet<String> names = new TreeSet<>(reference.gradNorm().keySet());
        names.addAll(candidate.gradNorm().keySet());
        SortedMap<String, Double> norms = new TreeMap<>();
        SortedMap<String, Double> ratios = new TreeMap<>();
        double squares = 0;
        for (String name : names) {
            double norm = reference.gradNorm().getOrDefault(name, Double.NaN);
            double other = candidate.gradNorm().getOrDefault(name, Double.NaN);
            norms.put(name, gap(norm, other, SHARE * whole));
            ratios.put(name, other / norm);
            boolean counts = !name.equals(StepRecord.GLOBAL) || names.size() == 1;
            squares += counts && norm != other ? (other - norm) * (other - norm) : 0;
        }
        return new EarlyStep(
                reference.step(),
                origin,
                gap(reference.meanLoss(), candidate.meanLoss(), 0),
                ranks,
                norms,
                ratios,
                squares == 0 ? 0 : Math.sqrt(squares) / whole,
                Experts.tokens(reference),
                Experts.moved(reference, candidate),
                Experts.dropDifference(reference, candidate),
                Experts.drops(reference) + Experts.drops(candidate) > 0);
    }

    private static double whole(StepRecord step) {
        double global = step.gradNorm().getOrDefault(StepRecord.GLOBAL, 0.0);
        return global > 0
                ? global
                : Math.sqrt(step.gradNorm().values().stream()
                        .mapToDouble(x -> x * x)
                        .sum());
    }

    /// Equal values differ by nothing, infinite ones included.
    private static double gap(double reference, double candidate, double allowance) {
        return reference == candidate ? 0 : (candidate - reference) / (Math.abs(reference) + allowance);
    }
}

package dev.parity.statistics.suspects;

import static java.util.stream.Collectors.joining;

import dev.parity.statistics.Alignment;
import dev.parity.statistics.Suspect;
import dev.parity.statistics.detectors.EarlyStep;
import dev.parity.statistics.detectors.Rounding;
import dev.parity.statistics.estimators.Robust;
import dev.parity.trace.StepRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// What the first step that is off points to. At step 1 both sides hold equal weights, so that a loss that is off is
/// of the forward pass, a gradient alone of the backward pass or the ranks' exchange; step 1 equal and the next one
/// off is what came between.
final class StepClues {
    /// Steps that are looked at.
    static final int STEPS = 400;

    /// Roundings of the type: a loss, a norm and the distance of all norms that are off.
    private static final double LOSS = 2;

    private static final double NORM = 4;
    private static final double POOLED = 0.25;
    /// A norm that differs by more than this is touched by the difference.
    private static final double TOUCHED = 0.25;
    /// The median gap of a norm when the activations differ by more than equal runs' do.
    private static final double RAISED = 0.026;
    /// Share of the norms that have a factor in common.
    private static final double MOST = 0.7;
    /// Other roundings of the activations move no norm by this share.
    private static final double SLIGHT = 0.05;
    /// Other batches move three quarters of the norms by this share.
    private static final double EVERYWHERE = 0x1p-10;

    private StepClues() {}

    static List<Clue> of(Alignment pair) {
        List<EarlyStep> steps = EarlyStep.of(pair, STEPS);
        double unit = Rounding.unit(pair.reference());
        List<Clue> clues = new ArrayList<>();
        if (!steps.isEmpty()) {
            EarlyStep first = steps.getFirst();
            boolean loss = lossIsOff(first, unit);
            boolean norms = normsAreOff(first, unit);
            if (expertsVanish(first)) {
                clues.add(new Clue(
                        Suspect.COLLECTIVE,
                        85,
                        "at step %d the experts get no gradient: what they computed is not what came back"
                                .formatted(first.step())));
            }
            if (first.moved() + first.drops() > 0 && (loss || norms)) {
                clues.add(new Clue(
                        Suspect.GATING,
                        80,
                        "at step %d, with equal weights, %d tokens choose another expert and %d more or fewer are dropped"
                                .formatted(first.step(), first.moved(), first.drops())));
                clues.add(new Clue(Suspect.FORWARD, 40, "the loss of step %d is off".formatted(first.step())));
            } else if (loss) {
                lossOff(first, unit, clues);
            } else if (norms) {
                normsOff(first, unit, clues);
            } else {
                LaterClues.of(pair, steps, unit, clues);
            }
        }
        return clues;
    }

    /// Tells whether the two sides are apart already where both hold equal weights.
    static boolean isFirstOff(Alignment pair) {
        double unit = Rounding.unit(pair.reference());
        return EarlyStep.of(pair, 1).stream().anyMatch(first -> isOff(first, unit));
    }

    /// Tells whether a loss or a norm of a step is off.
    static boolean isOff(EarlyStep step, double unit) {
        return lossIsOff(step, unit) || normsAreOff(step, unit);
    }

    private static boolean lossIsOff(EarlyStep first, double unit) {
        return first.ranks().stream().anyMatch(gap -> off(gap, LOSS * unit));
    }

    private static boolean normsAreOff(EarlyStep first, double unit) {
        return off(first.pooled(), POOLED * unit)
                || first.norms().values().stream().anyMatch(gap -> off(gap, NORM * unit));
    }

    private static boolean expertsVanish(EarlyStep first) {
        List<Double> gaps = first.norms().entrySet().stream()
                .filter(each -> each.getKey().contains("expert"))
                .map(Map.Entry::getValue)
                .toList();
        return !gaps.isEmpty() && gaps.stream().allMatch(gap -> gap < -0.9);
    }

    /// NaN is off.
    static boolean off(double gap, double bound) {
        return !(Math.abs(gap) <= bound);
    }

    private static void lossOff(EarlyStep first, double unit, List<Clue> clues) {
        List<Double> ranks = first.ranks();
        long equal = ranks.stream().filter(gap -> !off(gap, LOSS * unit)).count();
        double largest = ranks.stream().mapToDouble(Math::abs).max().orElse(0);
        Map<String, Double> quiet = first.norms().entrySet().stream()
                .filter(each -> !off(each.getValue(), TOUCHED * unit))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        String seen = "the loss of step %d is off by %.2g %%, though the weights are equal"
                .formatted(first.step(), 100 * largest);
        if (!quiet.isEmpty() && first.tokens() > 0) {
            clues.add(new Clue(
                    Suspect.GATING,
                    75,
                    "%s, but %d gradients are not touched: the loss has another term".formatted(seen, quiet.size())));
        }
        if (equal > 0) {
            clues.add(new Clue(
                    Suspect.DATA, 70, "%s on %d of %d ranks only".formatted(seen, ranks.size() - equal, ranks.size())));
        }
        // rounding moves a loss by less than this
        boolean large = largest > 10 * unit || first.norms().values().stream().anyMatch(gap -> off(gap, 2 * SLIGHT));
        clues.add(new Clue(Suspect.DATA, large ? 65 : 30, seen + (large ? ", by more than rounding moves it" : "")));
        clues.add(new Clue(Suspect.FORWARD, 60, seen));
    }

    private static void normsOff(EarlyStep first, double unit, List<Clue> clues) {
        List<Map.Entry<String, Double>> parameters = first.norms().entrySet().stream()
                .filter(each -> !each.getKey().equals(StepRecord.GLOBAL))
                .sorted(Comparator.comparingDouble(each -> -Math.abs(each.getValue())))
                .toList();
        List<Map.Entry<String, Double>> touched = parameters.stream()
                .filter(each -> off(each.getValue(), TOUCHED * unit))
                .toList();
        String names = touched.stream().limit(4).map(Map.Entry::getKey).collect(joining(", "));
        String seen = "at step %d the losses agree, but %d of %d gradients are off, most %s"
                .formatted(first.step(), touched.size(), parameters.size(), names);
        Optional<Double> factor = commonFactor(touched, first);
        double largest = touched.isEmpty() ? 0 : Math.abs(touched.getFirst().getValue());
        double quietest = Math.abs(
                parameters.get(parameters.size() - 1 - parameters.size() / 4).getValue());
        if (factor.isPresent() && touched.size() > 1) {
            boolean experts = touched.stream().allMatch(each -> each.getKey().contains("expert"));
            clues.add(new Clue(
                    Suspect.COLLECTIVE,
                    touched.size() > parameters.size() / 2 ? 90 : experts ? 75 : 40,
                    "%s, by the factor %.3f".formatted(seen, factor.get())));
        } else if (largest < SLIGHT && off(first.typical(), RAISED * unit)) {
            clues.add(new Clue(Suspect.FORWARD, 72, seen + ", and the others slightly: the activations differ"));
        } else if (largest >= SLIGHT && quietest > EVERYWHERE) {
            clues.add(new Clue(Suspect.DATA, 72, seen + ", and the others, too: the batches differ"));
            clues.add(new Clue(Suspect.FORWARD, 65, seen));
        }
        if (!touched.isEmpty()
                && touched.stream().allMatch(each -> each.getKey().contains("gate"))) {
            clues.add(new Clue(Suspect.GATING, 80, seen));
        }
        clues.add(new Clue(Suspect.BACKWARD, 70, seen));
    }

    /// Returns the factor that most of these norms have in common, to a fiftieth.
    private static Optional<Double> commonFactor(List<Map.Entry<String, Double>> touched, EarlyStep first) {
        double[] ratios = touched.stream()
                .mapToDouble(each -> first.ratios().getOrDefault(each.getKey(), Double.NaN))
                .toArray();
        double middle = ratios.length == 0 ? 1 : Robust.median(ratios);
        long alike = Arrays.stream(ratios)
                .filter(ratio -> Math.abs(ratio - middle) < 0.02 * middle)
                .count();
        return Math.abs(middle - 1) > 0.05 && alike > MOST * ratios.length ? Optional.of(middle) : Optional.empty();
    }
}

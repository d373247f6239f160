package dev.parity.statistics.suspects;

import dev.parity.statistics.Alignment;
import dev.parity.statistics.Position;
import dev.parity.statistics.Suspect;
import dev.parity.statistics.detectors.EarlyStep;
import dev.parity.statistics.detectors.ScaleSplit;
import dev.parity.trace.RunTrace;
import dev.parity.trace.Series;
import java.util.List;
import java.util.Optional;

/// What a difference points to that begins after the first step: by the step at which the gradients leap apart, and by
/// what happened there.
final class LaterClues {
    /// Distances of all norms, in roundings of the type: of equal runs in the steps after the first, and of a leap.
    private static final double NOISE = 0.25;

    private static final double LEAP = 4;
    /// A leap multiplies the distance of the step before by this at least.
    private static final double FACTOR = 20;
    /// A difference of the optimizer shows by this step.
    private static final int SOON = 8;
    /// The loss of another batch is off by this share, and by this many times what it was off before.
    private static final double OTHER = 0.03;

    private static final double AT_ONCE = 8;

    private LaterClues() {}

    static void of(Alignment pair, List<EarlyStep> steps, double unit, List<Clue> clues) {
        Optional<ScaleSplit> split = ScaleSplit.of(pair);
        int at = firstOff(steps, unit);
        if (at < steps.size()) {
            departure(steps, at, unit, clues);
        }
        anotherBatch(steps, split, unit).ifPresent(clues::add);
        split.filter(where -> where.to().step() <= SOON && overflows(pair.candidate(), where))
                .ifPresent(where -> clues.add(new Clue(
                        Suspect.OPTIMIZER,
                        86,
                        "the candidate overflows already at %s, where the reference does not: the update before it was too large"
                                .formatted(where))));
        split.ifPresent(where -> {
            boolean first =
                    at >= steps.size() || steps.get(at).step() > where.to().step();
            boolean early = at > SOON;
            clues.add(new Clue(
                    Suspect.SCALER,
                    first ? 85 : early ? 70 : 35,
                    "the loss scales part at %s%s"
                            .formatted(where, first || early ? ", while the steps before it agree" : "")));
        });
    }

    /// Tells whether a run skips the step at which the scales part.
    private static boolean overflows(RunTrace run, ScaleSplit split) {
        return run.series(Series.SKIPPED).stream()
                .anyMatch(point -> point.value() != 0 && Position.of(point).equals(split.to()));
    }

    /// Finds a loss that is off at once, later than an update would make it: of another batch.
    private static Optional<Clue> anotherBatch(List<EarlyStep> steps, Optional<ScaleSplit> split, double unit) {
        double before = unit;
        for (EarlyStep step : steps) {
            double gap = Math.abs(step.loss());
            if (split.filter(where -> step.step() >= where.to().step()).isPresent()) {
                return Optional.empty();
            }
            if (gap > OTHER && gap > AT_ONCE * before) {
                return step.step() <= SOON
                        ? Optional.empty()
                        : Optional.of(new Clue(
                                Suspect.DATA,
                                76,
                                "the losses before step %d are at most %.2g %% apart, there they are %.2g %% apart at once: another batch"
                                        .formatted(step.step(), 100 * before, 100 * gap)));
            }
            before = Math.max(before, gap);
        }
        return Optional.empty();
    }

    /// Finds the first step that leaps away from those before it, or that is far off soon.
    private static int firstOff(List<EarlyStep> steps, double unit) {
        double before = NOISE * unit / FACTOR;
        for (int i = 1; i < steps.size(); i++) {
            double distance = steps.get(i).pooled();
            boolean leaps = !(distance <= FACTOR * before) && !(distance <= NOISE * unit);
            if (leaps || !(distance <= LEAP * unit)) {
                return i;
            }
            before = Math.max(before, distance);
        }
        return steps.size();
    }

    private static void departure(List<EarlyStep> steps, int at, double unit, List<Clue> clues) {
        EarlyStep step = steps.get(at);
        boolean soon = at <= SOON;
        String seen = "the steps before step %d agree, there the gradients are %.2g %% apart"
                .formatted(step.step(), 100 * step.pooled());
        if (step.moved() + step.drops() > 0 && soon) {
            clues.add(new Clue(
                    Suspect.GATING,
                    78,
                    "%s, %d tokens choose another expert and %d more or fewer are dropped"
                            .formatted(seen, step.moved(), step.drops())));
        } else if (step.dropping() && step.pooled() > LEAP * unit) {
            boolean first = steps.subList(0, at).stream().noneMatch(EarlyStep::dropping);
            clues.add(new Clue(
                    Suspect.GATING,
                    first ? 72 : soon ? 45 : 60,
                    seen + (first ? ", and there tokens are dropped first" : ", and there tokens are dropped")));
        }
        long off = step.ranks().stream()
                .filter(gap -> StepClues.off(gap, LEAP * unit))
                .count();
        long equal = step.ranks().stream().filter(gap -> !StepClues.off(gap, 0)).count();
        if (off > 0 && equal > 0 && !step.dropping()) {
            clues.add(new Clue(
                    Suspect.DATA,
                    68,
                    "%s, and the loss of %d of %d ranks is off"
                            .formatted(seen, off, step.ranks().size())));
        }
        if (soon) {
            // as large as the gradients themselves: tokens that move are of weights far off
            clues.add(new Clue(
                    Suspect.OPTIMIZER, step.pooled() > 1 ? 80 : 70, seen + ": the update between them differs"));
            clues.add(new Clue(Suspect.BACKWARD, 45, seen + ": gradients of equal norm may still differ"));
            clues.add(new Clue(Suspect.COLLECTIVE, 35, seen));
        } else {
            clues.add(new Clue(Suspect.OPTIMIZER, 50, seen));
            clues.add(new Clue(Suspect.DATA, 30, seen));
        }
    }
}

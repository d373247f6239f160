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
import dev.parity.statistics.detectors.EarlyStep;
import dev.parity.trace.StepRecord;
import java.util.List;

/// In the first steps each token takes the expert that the other side's takes, and finds a slot where it does: by each
/// token's choice where that is recorded, but for tokens whose two best scores are nearly equal, else by the counts of
/// the experts and drops.
public record RoutingAgreementGate() implements Gate {
    private static final Margin MARGIN =
            new Margin("routingAgreement", "share of choices in the first 8 steps that differ", 0);
    private static final int STEPS = 8;
    /// Two scores nearer than this may swap by rounding.
    private static final double TIE = 0x1p-7;

    @Override
    public String id() {
        return "routing-agreement";
    }

    @Override
    public Basis basis() {
        return new FirstStepGate().basis();
    }

    @Override
    public List<Margin> margins() {
        return List.of(MARGIN);
    }

    /// What was counted over all pairs.
    private static final class Count {
        private long choices;
        private long experts;
        private long slots;
        private long late;
        private long lateAlike;
        private String origin = "";

        void add(long otherExpert, long otherSlot, String where) {
            experts += otherExpert;
            slots += otherSlot;
            origin = origin.isEmpty() && otherExpert + otherSlot > 0 ? where : origin;
        }
    }

    @Override
    public Evidence judge(List<Alignment> pairs, Margins margins) {
        Count tokens = new Count();
        Count counts = new Count();
        for (Alignment pair : pairs) {
            int taken = 0;
            for (Alignment.Steps steps : pair.steps()) {
                compare(steps, taken < STEPS, pair, tokens);
                taken += steps.reference().skipped() ? 0 : 1;
            }
            for (EarlyStep step : EarlyStep.of(pair, STEPS)) {
                counts.choices += step.tokens();
                counts.add(step.moved(), step.drops(), step.origin());
            }
        }
        if (tokens.choices > 0) {
            Evidence found = finding(tokens, ", near-ties left out,", margins.of(MARGIN));
            return tokens.late == 0
                    ? found
                    : found.withSentence("%s; later %.1f %% agree"
                            .formatted(found.sentence(), 100.0 * tokens.lateAlike / tokens.late));
        }
        return counts.choices == 0
                ? notJudged("no expert counts of the first steps are recorded on both sides")
                : finding(counts, ", by their counts,", margins.of(MARGIN));
    }

    private Evidence finding(Count count, String how, double margin) {
        long differing = count.experts + count.slots;
        // one choice is no finding, however few there are
        boolean equal = differing <= Math.max(1, margin * count.choices);
        return new Evidence.Equivalence(
                id(),
                equal ? Verdict.PASS : Verdict.FAIL,
                "of %d choices of the first %d steps%s %d went to another expert and %d found a slot on one side only"
                        .formatted(count.choices, STEPS, how, count.experts, count.slots),
                "share of choices that differ",
                Unit.RELATIVE,
                new Estimate(
                        (double) differing / count.choices,
                        Interval.NONE,
                        (int) count.choices,
                        Double.NaN,
                        Double.NaN,
                        Math.max(1.0 / count.choices, margin)),
                margin,
                count.origin.isEmpty() ? List.of() : List.of(count.origin));
    }

    private static void compare(Alignment.Steps steps, boolean early, Alignment pair, Count count) {
        List<StepRecord.Routing> reference = steps.reference().routing();
        List<StepRecord.Routing> candidate = steps.candidate().routing();
        for (int i = 0; i < Math.min(reference.size(), candidate.size()); i++) {
            StepRecord.Routing a = reference.get(i);
            StepRecord.Routing b = candidate.get(i);
            int choices = Math.min(a.expert().size(), b.expert().size());
            int each = Math.max(1, choices / Math.max(1, a.margin().size()));
            for (int choice = 0; choice < choices; choice++) {
                boolean expert = !a.expert().get(choice).equals(b.expert().get(choice));
                boolean slot = !expert && a.slot().get(choice) < 0 != b.slot().get(choice) < 0;
                if (!early) {
                    count.late++;
                    count.lateAlike += expert || slot ? 0 : 1;
                } else if (a.margin().isEmpty() || a.margin().get(choice / each) > TIE) {
                    count.choices++;
                    count.add(
                            expert ? 1 : 0,
                            slot ? 1 : 0,
                            pair.candidate().origin(steps.candidate().step()));
                }
            }
        }
    }
}

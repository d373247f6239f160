package dev.parity.statistics.gates;

import dev.parity.statistics.Alignment;
import dev.parity.statistics.Estimate;
import dev.parity.statistics.Evidence;
import dev.parity.statistics.Gate;
import dev.parity.statistics.Interval;
import dev.parity.statistics.Margin;
import dev.parity.statistics.Margins;
import dev.parity.statistics.Verdict;
import dev.parity.trace.StepRecord;
import java.util.List;

/// In the first steps each token takes the expert that the other side's takes, and finds a slot where it does: but
/// for tokens whose two best scores are nearly equal. Where each token went is recorded only if asked for.
public record RoutingAgreementGate() implements Gate {
    private static final Margin MARGIN =
            new Margin("routingAgreement", "share of choices in the first steps that differ, near-ties left out", 0);
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
    }

    @Override
    public Evidence judge(List<Alignment> pairs, Margins margins) {
        Count count = new Count();
        for (Alignment pair : pairs) {
            int taken = 0;
            for (Alignment.Steps steps : pair.steps()) {
                compare(steps, taken < STEPS, pair, count);
                taken += steps.reference().skipped() ? 0 : 1;
            }
        }
        if (count.choices == 0) {
            return notJudged("each token's expert is not recorded on both sides (trace.routing)");
        }
        double share = (double) (count.experts + count.slots) / count.choices;
        // one choice is no finding, however few there are
        boolean equal = count.experts + count.slots <= Math.max(1, margins.of(MARGIN) * count.choices);
        return new Evidence.Equivalence(
                id(),
                equal ? Verdict.PASS : Verdict.FAIL,
                "of %d choices of the first %d steps, near-ties left out, %d went to another expert and %d to a slot on one side only; later %.1f %% agree"
                        .formatted(
                                count.choices,
                                STEPS,
                                count.experts,
                                count.slots,
                                count.late == 0 ? 100.0 : 100.0 * count.lateAlike / count.late),
                "share of choices that differ",
                new Estimate(share, Interval.NONE, (int) count.choices, Double.NaN, Double.NaN, margins.of(MARGIN)),
                margins.of(MARGIN),
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
                    count.experts += expert ? 1 : 0;
                    count.slots += slot ? 1 : 0;
                    if ((expert || slot) && count.origin.isEmpty()) {
                        count.origin = pair.candidate().origin(steps.candidate().step());
                    }
                }
            }
        }
    }
}

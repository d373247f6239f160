package dev.parity.statistics.gates;

import dev.parity.statistics.Alignment;
import dev.parity.statistics.Evidence;
import dev.parity.statistics.Gate;
import dev.parity.statistics.Margin;
import dev.parity.statistics.Margins;
import dev.parity.statistics.Verdict;
import dev.parity.statistics.detectors.EarlyStep;
import java.util.ArrayList;
import java.util.List;

/// In the first steps equal weights send equal tokens to equal experts, and as many find no slot: only a token
/// between two experts may change.
public record EarlyRoutingGate() implements Gate {
    private static final Margin MARGIN =
            new Margin("earlyRouting", "share of tokens that change expert or slot in the first 8 steps", 0);
    private static final int STEPS = 8;

    @Override
    public String id() {
        return "early-routing";
    }

    @Override
    public Basis basis() {
        return new FirstStepGate().basis();
    }

    @Override
    public List<Margin> margins() {
        return List.of(MARGIN);
    }

    @Override
    public Evidence judge(List<Alignment> pairs, Margins margins) {
        long tokens = 0;
        long moved = 0;
        long drops = 0;
        List<String> origins = new ArrayList<>();
        for (Alignment pair : pairs) {
            for (EarlyStep step : EarlyStep.of(pair, STEPS)) {
                tokens += step.tokens();
                moved += step.moved();
                drops += step.drops();
                if (step.moved() + step.drops() > 0) {
                    origins.add(step.origin());
                }
            }
        }
        if (tokens == 0) {
            return notJudged("no expert counts of the first steps are recorded on both sides");
        }
        // a single token between two experts is no finding, however few the tokens are
        boolean equal = moved + drops <= Math.max(1, margins.of(MARGIN) * tokens);
        String counted =
                "of %d choices of the first %d steps %d went to another expert, and %d more or fewer found no slot"
                        .formatted(tokens, STEPS, moved, drops);
        return rule(
                equal ? Verdict.PASS : Verdict.FAIL,
                equal ? counted : counted + ", though the weights are equal",
                origins.stream().limit(3).toList());
    }
}

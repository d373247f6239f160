package dev.parity.trace.internal.logs;

import java.util.List;

/// The standard output of Megatron-LM and of what derives from it: Megatron-DeepSpeed, MindSpeed-LLM,
/// FlagScale, GPT-NeoX, nanotron.
public final class MegatronLog extends TextLog {
    /// For the ServiceLoader.
    public MegatronLog() {}

    @Override
    public String format() {
        return "megatron";
    }

    @Override
    public String example() {
        return "iteration       20/  500000 | lm loss: 1.064275E+01 | loss scale: 262144.0 | grad norm: 47.021 |";
    }

    @Override
    public double confidence(List<String> sample) {
        return confidence(IterationLines.count(sample), 0.98);
    }

    @Override
    List<LineReader> own(Reading reading) {
        return List.of(new IterationLines(reading), new ValidationLines(reading));
    }
}

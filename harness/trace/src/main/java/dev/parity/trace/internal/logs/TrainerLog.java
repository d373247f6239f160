package dev.parity.trace.internal.logs;

import java.util.List;

/// The standard output of Hugging Face's Trainer.
public final class TrainerLog extends TextLog {
    /// For the ServiceLoader.
    public TrainerLog() {}

    @Override
    public String format() {
        return "hf-trainer-stdout";
    }

    @Override
    public String example() {
        return "{'loss': 2.0491, 'learning_rate': 0.0001961913563176343, 'epoch': 0.28}";
    }

    @Override
    public double confidence(List<String> sample) {
        return confidence(TrainerLines.count(sample), 0.95);
    }

    @Override
    List<LineReader> own(Reading reading) {
        return List.of(new TrainerLines(reading));
    }
}

package dev.parity.trace.internal.logs;

import java.util.List;
import java.util.regex.Pattern;

/// The standard output of scripts on DeepSpeed, such as its CIFAR example: their losses and perplexities,
/// accuracies, progress, and the lines of both loss scalers.
public final class DeepSpeedLog extends TextLog {
    private static final Pattern ACCURACY = Pattern.compile("^Accuracy of the network on the \\d+ test images: \\d+ %");
    private static final Pattern OTHER = Pattern.compile(
            "Skipping step\\. Attempted loss scale: |dynamic loss scale from |\\bstep=\\d+, skipped=\\d+, lr=");

    /// For the ServiceLoader.
    public DeepSpeedLog() {}

    @Override
    public String format() {
        return "deepspeed";
    }

    @Override
    public String example() {
        return "[1,  2000] loss: 2.163";
    }

    /// Any program on DeepSpeed prints its scalers' lines; those of a loss are the scripts'.
    @Override
    public double confidence(List<String> sample) {
        long lines = LossLines.count(sample)
                + sample.stream()
                        .filter(line -> line.startsWith("Accuracy")
                                && ACCURACY.matcher(line).find())
                        .count();
        if (lines > 0) {
            return confidence(lines, 0.9);
        }
        return sample.stream()
                        .anyMatch(line -> (line.contains("loss scale") || line.contains("step="))
                                && OTHER.matcher(line).find())
                ? 0.5
                : 0;
    }

    @Override
    List<LineReader> own(Reading reading) {
        return List.of(new LossLines(reading));
    }

    @Override
    boolean printsRates() {
        return false;
    }

    @Override
    boolean takes(byte[] bytes, int from, int to) {
        return LossLines.isTorn(bytes, from, to);
    }
}

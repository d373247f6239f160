package dev.parity.trace;

import dev.parity.trace.internal.Words;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/// A run's optimizer, with its schedule; what is absent is unknown, or the rule has no such setting.
///
/// @param rule `adamw` or `sgd`
/// @param lr learning rate
/// @param beta1 decay of the first moment
/// @param beta2 decay of the second moment
/// @param epsilon added to the root of the second moment
/// @param weightDecay decoupled
/// @param momentum of `sgd`
/// @param clip bound of the global gradient norm
/// @param wrapper `zero`, `unfused` or `fused`: which of DeepSpeed's wrappers reduces and clips
/// @param schedule of the learning rate
public record OptimizerSettings(
        Optional<String> rule,
        OptionalDouble lr,
        OptionalDouble beta1,
        OptionalDouble beta2,
        OptionalDouble epsilon,
        OptionalDouble weightDecay,
        OptionalDouble momentum,
        OptionalDouble clip,
        Optional<String> wrapper,
        ScheduleSettings schedule) {
    /// Reads the canonical form.
    ///
    /// @param keys comparability of a provenance
    /// @return the settings
    /// @throws IllegalArgumentException if a number is none
    static OptimizerSettings read(Map<String, String> keys) {
        Words words = Words.of(keys.getOrDefault(Provenance.OPTIMIZER, ""));
        return new OptimizerSettings(
                words.leading().stream().findFirst(),
                words.number("lr"),
                words.number("beta1"),
                words.number("beta2"),
                words.number("epsilon"),
                words.number("weightDecay"),
                words.number("momentum"),
                words.number("clip"),
                words.text("wrapper"),
                ScheduleSettings.read(words));
    }

    /// Writes the canonical form: rule, settings and schedule as one comparability key.
    ///
    /// @return [Provenance#OPTIMIZER]; empty if nothing is known
    public Map<String, String> keys() {
        Words.Writer words = new Words.Writer()
                .word(rule)
                .number("lr", lr)
                .number("beta1", beta1)
                .number("beta2", beta2)
                .number("epsilon", epsilon)
                .number("weightDecay", weightDecay)
                .number("momentum", momentum)
                .number("clip", clip)
                .text("wrapper", wrapper);
        schedule.write(words);
        String text = words.toString();
        return text.isEmpty() ? Map.of() : Map.of(Provenance.OPTIMIZER, text);
    }
}

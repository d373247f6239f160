package dev.parity.statistics;

import dev.parity.trace.Provenance;
import dev.parity.trace.RunTrace;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/// The part of a training in which a difference may begin.
public enum Suspect {
    /// What computes the loss from batch and weights.
    FORWARD("--set train.steps=20 --set precision.dtype=fp32"),
    /// What computes each layer's gradient.
    BACKWARD("--set train.steps=20 --set reference.backend=cpu-stored"),
    /// What turns gradients into new weights: clipping and unscaling, moments, decay.
    OPTIMIZER("--set train.steps=20 --set optimizer.type=sgd"),
    /// What sets the learning rate.
    SCHEDULE("--set schedule.type=constant"),
    /// What sets the loss scale and skips steps.
    SCALER("--set precision.lossScale=1024"),
    /// What exchanges gradients, flags and tokens between ranks.
    COLLECTIVE("--set train.steps=60 --set trace.replicaEvery=1"),
    /// What batches hold: items, labels, order, normalisation.
    DATA("--set train.steps=20 --set data.source=synthetic"),
    /// What sends tokens to experts: logits, noise, capacity, balance loss.
    GATING("--set train.steps=20 --set trace.routing=true --set model.noise=none"),
    /// What measures the accuracy, or reports the loss.
    EVALUATION("--set evaluation.mode=eval");

    private final String settings;

    Suspect(String settings) {
        this.settings = settings;
    }

    /// Returns the suspect's name as commands and reports write it.
    ///
    /// @return lower case
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Returns a command that tells more.
    ///
    /// @param run whose scenario it is about; of one that does not know it, the command says `SCENARIO`
    /// @return one line
    public String next(RunTrace run) {
        Map<String, String> context = run.provenance().context();
        List<String> words =
                new ArrayList<>(List.of("./parity run", context.getOrDefault(Provenance.SCENARIO_NAME, "SCENARIO")));
        words.addAll(settings(run));
        words.add(settings);
        return String.join(" ", words);
    }

    /// Returns what a run's scenario was changed by, as a command takes it.
    ///
    /// @param run of any scenario
    /// @return `--set KEY=VALUE`, in order
    public static List<String> settings(RunTrace run) {
        return Stream.of(run.provenance()
                        .context()
                        .getOrDefault(Provenance.OVERRIDES, "")
                        .split(", ", -1))
                .filter(each -> !each.isEmpty())
                .map("--set %s"::formatted)
                .toList();
    }
}

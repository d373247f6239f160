package dev.parity.statistics;

import java.util.Locale;

/// The part of a training in which a difference may begin.
public enum Suspect {
    /// What computes the loss from batch and weights.
    FORWARD("./parity run SCENARIO --set train.steps=20 --set precision.dtype=fp32"),
    /// What computes each layer's gradient.
    BACKWARD("./parity run SCENARIO --set train.steps=20 --set reference.backend=cpu-stored"),
    /// What turns gradients into new weights: clipping and unscaling, moments, decay.
    OPTIMIZER("./parity run SCENARIO --set train.steps=20 --set optimizer.type=sgd"),
    /// What sets the learning rate.
    SCHEDULE("./parity run SCENARIO --set schedule.type=constant"),
    /// What sets the loss scale and skips steps.
    SCALER("./parity run SCENARIO --set precision.lossScale=1024"),
    /// What exchanges gradients, flags and tokens between ranks.
    COLLECTIVE("./parity run SCENARIO --set train.steps=60 --set trace.replicaEvery=1"),
    /// What batches hold: items, labels, order, normalisation.
    DATA("./parity run SCENARIO --set train.steps=20 --set data.source=synthetic"),
    /// What sends tokens to experts: logits, noise, capacity, balance loss.
    GATING("./parity run SCENARIO --set train.steps=20 --set trace.routing=true --set model.noise=none"),
    /// What measures the accuracy, or reports the loss.
    EVALUATION("./parity run SCENARIO --set evaluation.mode=eval");

    private final String next;

    Suspect(String next) {
        this.next = next;
    }

    /// Returns the suspect's name as commands and reports write it.
    ///
    /// @return lower case
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Returns a command that tells more.
    ///
    /// @return with `SCENARIO` for the scenario's name
    public String next() {
        return next;
    }
}

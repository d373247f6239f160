package dev.parity.statistics.gates;

import dev.parity.statistics.detectors.Replay;
import dev.parity.statistics.detectors.ScalerReplay;
import dev.parity.trace.Provenance;
import dev.parity.trace.RunTrace;

/// Runs each side's loss scaler again from the recorded skips.
public final class ScalerReplayGate extends ReplayGate {
    /// For the ServiceLoader.
    public ScalerReplayGate() {}

    @Override
    public String id() {
        return "scaler-replay";
    }

    @Override
    public Basis basis() {
        return Basis.alike(Provenance.LOSS_SCALER, Provenance.LOSS_SCALER_SETTINGS);
    }

    @Override
    String quantity() {
        return "scale";
    }

    @Override
    Replay replay(RunTrace run) {
        return ScalerReplay.of(run);
    }
}

package dev.parity.statistics.gates;

import dev.parity.statistics.detectors.Replay;
import dev.parity.statistics.detectors.ScheduleReplay;
import dev.parity.trace.Provenance;
import dev.parity.trace.RunTrace;

/// Runs each side's learning-rate schedule again from the recorded skips.
public final class ScheduleReplayGate extends ReplayGate {
    /// For the ServiceLoader.
    public ScheduleReplayGate() {}

    @Override
    public String id() {
        return "schedule-replay";
    }

    @Override
    public Basis basis() {
        return Basis.alike(Provenance.OPTIMIZER);
    }

    @Override
    String quantity() {
        return "learning rate";
    }

    @Override
    Replay replay(RunTrace run) {
        return ScheduleReplay.of(run);
    }
}

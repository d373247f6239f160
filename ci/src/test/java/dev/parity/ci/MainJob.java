package dev.parity.ci;

import dev.parity.engine.lockstep.Station;
import dev.parity.runner.LocalExecutor;
import dev.parity.runner.RunExecutor;
import dev.parity.runner.RunPlan;
import dev.parity.runner.RunSpec;
import dev.parity.runner.Scenario;
import dev.parity.spi.Backend;
import dev.parity.spi.BackendProvider;
import dev.parity.spi.Backends;
import dev.parity.trace.RunTrace;
import dev.parity.trace.TraceReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A scenario's training on chosen backends, with its two ranks.
final class MainJob {
    private MainJob() {}

    static Backend open(BackendProvider provider) {
        return provider.open(2, provider.defaultMode());
    }

    static Station station(String id) {
        return Station.open(2, laid -> open(laid.apply(Backends.provider(id))));
    }

    static RunPlan.Run run(Scenario scenario, String backend, Path folder) {
        return run(scenario, new Scenario.Side(backend), folder);
    }

    static RunPlan.Run run(Scenario scenario, Scenario.Side side, Path folder) {
        RunSpec spec =
                new RunSpec(scenario.name(), side.backend(), scenario.training(), side, Optional.empty(), List.of());
        return new RunPlan.Run(spec, folder.resolve(side.backend().replace(':', '-') + ".jsonl"));
    }

    static List<RunTrace> execute(RunPlan.Run... runs) {
        return new LocalExecutor(1)
                .execute(new RunPlan(List.of(runs)), false, RunExecutor.Progress.QUIET).stream()
                        .map(TraceReader::read)
                        .toList();
    }
}

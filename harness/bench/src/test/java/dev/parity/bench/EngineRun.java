package dev.parity.bench;

import com.sun.management.ThreadMXBean;
import dev.parity.engine.DataSets;
import dev.parity.runner.Recorder;
import dev.parity.runner.Scenario;
import dev.parity.runner.Scenarios;
import dev.parity.trace.RunTrace;
import dev.parity.trace.StepRecord;
import dev.parity.trace.TraceReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One run of the engine as `./parity record` does it, with the clock read as it goes.
///
/// @param stepsPerSecond of equal windows after the warm-up
/// @param imagesPerSecond of the evaluation, both passes and all ranks
/// @param finalLoss mean over the ranks and the last window
/// @param bytesAStep bytes that the ranks' threads allocate a step, the trace included
/// @param digest of the trace
/// @param command that gives the same digest
record EngineRun(
        Rates stepsPerSecond,
        double imagesPerSecond,
        double finalLoss,
        double bytesAStep,
        String digest,
        String command) {
    private static final String SCENARIO = "moe-cifar-seed";

    /// How long a run is.
    ///
    /// @param warmUp steps before the first window
    /// @param windows how many
    /// @param steps in each
    record Length(int warmUp, int windows, int steps) {
        int total() {
            return warmUp + windows * steps;
        }
    }

    /// Records a run.
    ///
    /// @param trace where to
    /// @param length how long
    /// @param settings overrides of the scenario `moe-cifar-seed`
    /// @return what was measured
    static EngineRun record(Path trace, Length length, List<String> settings) {
        List<String> overrides = new ArrayList<>(settings);
        overrides.add("train.steps=" + length.total());
        overrides.add("reference.backend=cpu");
        Scenario scenario = Scenarios.load(SCENARIO, overrides);
        DataSets data = DataSets.of(scenario.training().data());
        long[] times = new long[length.windows() + 1];
        long[] evaluation = new long[1];
        long[] allocated = new long[2];
        Recorder recorder =
                new Recorder(scenario.training(), data, scenario.side(Scenario.SideName.REFERENCE), Optional.empty());
        String digest = recorder.record(trace, false, (phase, done, _) -> {
            long beyond = done - length.warmUp();
            if (phase.equals("training") && beyond >= 0 && beyond % length.steps() == 0) {
                times[(int) (beyond / length.steps())] = System.nanoTime();
                allocated[beyond == 0 ? 0 : 1] = allocated();
            }
            if (phase.equals("evaluation")) {
                evaluation[0] = System.nanoTime();
            }
        });
        double evaluated = (System.nanoTime() - evaluation[0]) / 1e9;
        double[] rates = new double[length.windows()];
        for (int window = 0; window < rates.length; window++) {
            rates[window] = length.steps() * 1e9 / (times[window + 1] - times[window]);
        }
        long images = 2L * data.test().size() * scenario.training().parallel().world();
        RunTrace run = TraceReader.read(trace);
        double loss = run
                .steps()
                .subList(run.steps().size() - length.steps(), run.steps().size())
                .stream()
                .mapToDouble(StepRecord::meanLoss)
                .average()
                .orElseThrow();
        String command = "./parity record %s --side reference %s -o FILE"
                .formatted(
                        SCENARIO,
                        String.join(
                                " ", overrides.stream().map(o -> "--set " + o).toList()));
        double each = (allocated[1] - allocated[0]) / (double) (length.windows() * length.steps());
        return new EngineRun(Rates.of(rates), images / evaluated, loss, each, digest, command);
    }

    /// Returns the bytes that the ranks' threads have allocated so far.
    private static long allocated() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long sum = 0;
        for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (thread != null && thread.getThreadName().startsWith("rank-")) {
                sum += threads.getThreadAllocatedBytes(thread.getThreadId());
            }
        }
        return sum;
    }
}

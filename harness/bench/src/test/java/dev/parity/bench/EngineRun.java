package dev.parity.bench;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import dev.parity.runner.LocalExecutor;
import dev.parity.runner.RunPlan;
import dev.parity.runner.RunSpec;
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
/// @param cpuSeconds of the process in all steps, the warm-up included and rests left out
/// @param digest of the trace
/// @param command that gives the same digest
record EngineRun(
        Rates stepsPerSecond,
        double imagesPerSecond,
        double finalLoss,
        double bytesAStep,
        double cpuSeconds,
        String digest,
        String command) {
    private static final String SCENARIO = "moe-cifar-seed";
    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

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
        return record(trace, length, settings, () -> {});
    }

    /// Records a run that rests after each window.
    ///
    /// @param trace where to
    /// @param length how long
    /// @param settings overrides of the scenario `moe-cifar-seed`
    /// @param rest what is done after each window, outside the measured time
    /// @return what was measured
    static EngineRun record(Path trace, Length length, List<String> settings, Runnable rest) {
        List<String> overrides = new ArrayList<>(List.of("reference.backend=cpu"));
        overrides.addAll(settings);
        overrides.add("train.steps=" + length.total());
        Scenario scenario = Scenarios.load(SCENARIO, overrides);
        Clock clock = new Clock(length, rest);
        RunSpec spec = new RunSpec(
                "test",
                "timed",
                scenario.training(),
                scenario.side(Scenario.SideName.REFERENCE),
                Optional.empty(),
                List.of());
        RunPlan plan = new RunPlan(List.of(new RunPlan.Run(spec, trace)));
        new LocalExecutor(1).execute(plan, false, (_, _, _, phase, done, _) -> {
            if (phase.equals("training")) {
                clock.step(done);
            } else {
                clock.evaluation = System.nanoTime();
            }
        });
        double evaluated = (System.nanoTime() - clock.evaluation) / 1e9;
        if (clock.done != length.total()) {
            throw new IllegalArgumentException(
                    "the data gives %,d steps, the windows need %,d".formatted(clock.done, length.total()));
        }
        RunTrace run = TraceReader.read(trace);
        int items = run.evaluations().getLast().labels().size();
        long images = 2L * items * scenario.training().parallel().world();
        String digest = run.end().orElseThrow().digest();
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
        double each = clock.allocated / (double) (length.windows() * length.steps());
        return new EngineRun(Rates.of(clock.rates), images / evaluated, loss, each, clock.cpu / 1e9, digest, command);
    }

    /// Reads the time and the bytes allocated at the windows' ends.
    private static final class Clock {
        private final Length length;
        private final Runnable rest;
        private final double[] rates;
        private long done;
        private long begin;
        private long before;
        private long allocated;
        private long evaluation;
        private long cpu;
        private long cpuBegin = PROCESS.getProcessCpuTime();

        Clock(Length length, Runnable rest) {
            this.length = length;
            this.rest = rest;
            rates = new double[length.windows()];
        }

        void step(long steps) {
            done = steps;
            long beyond = steps - length.warmUp();
            if (beyond < 0 || beyond % length.steps() != 0) {
                return;
            }
            if (beyond > 0) {
                rates[(int) (beyond / length.steps()) - 1] = length.steps() * 1e9 / (System.nanoTime() - begin);
                allocated += allocatedBytes() - before;
                cpu += PROCESS.getProcessCpuTime() - cpuBegin;
                rest.run();
                cpuBegin = PROCESS.getProcessCpuTime();
            }
            before = allocatedBytes();
            begin = System.nanoTime();
        }
    }

    /// Returns the bytes that the ranks' threads have allocated so far.
    private static long allocatedBytes() {
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

package dev.parity.engine;

import com.sun.management.ThreadMXBean;
import dev.parity.spi.Backend;
import dev.parity.spi.Bindings;
import dev.parity.spi.Bound;
import dev.parity.spi.Executable;
import dev.parity.spi.Tensor;
import dev.parity.trace.Evaluation;
import dev.parity.trace.SeedStream;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What one rank does, on a thread of its own: initial weights, steps, evaluation. What it leaves is read
/// by the host where ranks meet.
final class RankLoop {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final TrainingPlan plan;
    private final Backend backend;
    private final Programs programs;
    private final Host host;
    private final RankState state;
    private final int rank;
    private final StepResult result;
    private final AllocationWatch watch = new AllocationWatch(THREADS::getCurrentThreadAllocatedBytes);
    private String checksum = "";
    private SortedMap<String, double[]> saved = new TreeMap<>();
    private Optional<Evaluation.Rank> judgement = Optional.empty();

    /// The programs of a run, shared by its ranks.
    ///
    /// @param training forward, backward and reduction
    /// @param update the optimizer step
    /// @param broadcast of the initial weights
    record Programs(Executable training, Executable update, Executable broadcast) {
        static Programs compile(TrainingPlan plan, Backend backend) {
            return new Programs(
                    backend.compile(plan.step().program()),
                    backend.compile(plan.optimizer().program()),
                    backend.compile(plan.model().broadcast()));
        }
    }

    /// Prepares a rank.
    ///
    /// @param plan settings and rules
    /// @param backend where to compute
    /// @param programs of the run
    /// @param host where ranks meet
    /// @param state the rank's tensors, which the caller closes
    /// @param rank its number
    RankLoop(TrainingPlan plan, Backend backend, Programs programs, Host host, RankState state, int rank) {
        this.plan = plan;
        this.backend = backend;
        this.programs = programs;
        this.host = host;
        this.state = state;
        this.rank = rank;
        result = new StepResult(plan.step(), state.bind(plan.step()));
    }

    /// Trains, and evaluates if that is asked for.
    ///
    /// @param from where to go on; absent for a new run
    /// @param evaluates whether the trained net is judged
    void run(Optional<Checkpoint> from, boolean evaluates) {
        if (from.isPresent()) {
            state.load(from.get().tensors().get(rank));
        } else {
            initialise();
        }
        host.await();
        train();
        if (evaluates) {
            evaluate();
        }
    }

    private void initialise() {
        SeedStream seeds = new SeedStream(plan.config().train().seed());
        for (Parameter parameter : plan.model().parameters()) {
            if (rank == 0 || parameter.kind() == Parameter.Kind.EXPERT) {
                double[] values = parameter.initial(seeds);
                for (int i = 0; i < values.length; i++) {
                    values[i] = parameter.type().element().round(values[i]);
                }
                state.state(parameter, "master").write(values);
            }
        }
        state.bind(programs.broadcast, state.bindBroadcast()).run();
        state.roundWeights();
    }

    private void train() {
        Bindings bound = result.bound();
        TrainingInputs inputs = new TrainingInputs(plan, bound, rank);
        Bound training = state.bind(programs.training, bound);
        Bindings updating = state.bindOptimizer(plan.step(), bound);
        UpdateRule rule = plan.parts().update();
        Map<String, Tensor> controls = new LinkedHashMap<>();
        rule.controls().keySet().forEach(name -> controls.put(name, Model.known(updating.inputs(), name)));
        Bound update = state.bind(programs.update, updating);
        for (long s = host.done(); s < plan.totalSteps(); s++) {
            inputs.load(s, host.scale());
            training.run();
            result.read();
            watch.step();
            StepDecision now = host.decide(rank);
            if (!now.skip()) {
                UpdateRule.Step step = now.update(rank);
                controls.forEach((name, control) -> control.write(rule.control(name, step)));
                update.run();
            }
            if (now.settles()) {
                checksum = now.checksum() ? state.checksum() : "";
                if (now.checkpoint()) {
                    saved = state.save();
                }
                host.settle(rank);
            }
        }
    }

    private void evaluate() {
        Predictor net = new Predictor(plan, backend, state, rank);
        host.evaluate(rank);
        judgement = Optional.of(plan.parts().evaluator().judge(rank, plan.data().test(), net));
    }

    /// Returns what the rank found in the last step.
    StepResult result() {
        return result;
    }

    AllocationWatch watch() {
        return watch;
    }

    /// Returns the checksum of the replicated parameters after the last step that took one.
    String checksum() {
        return checksum;
    }

    /// Returns what the rank saved for the last checkpoint.
    SortedMap<String, double[]> saved() {
        return saved;
    }

    /// Returns the judgement of the trained net.
    Evaluation.Rank judgement() {
        return judgement.orElseThrow(() -> new IllegalStateException("rank %d has not evaluated".formatted(rank)));
    }
}

package dev.parity.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parity.engine.Checkpoint;
import dev.parity.engine.DataSets;
import dev.parity.engine.TrainingConfig;
import dev.parity.engine.TrainingRun;
import dev.parity.spi.Backend;
import dev.parity.spi.Fault;
import dev.parity.trace.Provenance;
import dev.parity.trace.RunTrace;
import dev.parity.trace.StepRecord;
import dev.parity.trace.TraceRecord;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

/// Every fault, planted into a short training under its setup: when and in what the run departs from the honest
/// one. All before, and all else in that step, is equal to the last bit.
final class FaultTrainingTest {
    /// Enough for the scale to grow, to overflow and to grow again.
    private static final List<String> SHORT = List.of(
            "train.steps=24",
            "train.epochs=2",
            "data.trainItems=384",
            "data.testItems=40",
            "precision.lossScaleWindow=4",
            "schedule.warmupSteps=8",
            "trace.replicaEvery=1",
            "trace.routing=true");
    private static final Map<List<Object>, RunTrace> RUNS = new HashMap<>();

    private static Scenario scenario(Fault.About about, List<String> more) {
        List<String> overrides = new ArrayList<>(SHORT);
        overrides.addAll(about.overrides());
        overrides.addAll(more);
        return Scenarios.load("moe-cifar", overrides);
    }

    private static RunTrace run(Scenario scenario, Optional<String> fault) {
        Scenario.Side side = new Scenario.Side("cpu");
        RunSpec spec = new RunSpec("test", "test", scenario.training(), side, fault, List.of());
        return RUNS.computeIfAbsent(List.of(spec.config(), fault), _ -> run(spec));
    }

    private static RunTrace run(RunSpec spec) {
        TrainingConfig config = spec.config();
        List<TraceRecord> records = new ArrayList<>();
        try (Backend backend = spec.open()) {
            TrainingRun run = new TrainingRun(config, DataSets.of(config.data()), backend, spec.parts());
            TraceRecord.Header header = new TraceRecord.Header(TraceRecord.VERSION, run.provenance(Map.of()));
            run.run(new Listener(records), Optional.empty());
            return RunTrace.of("test", header, records, List.of());
        }
    }

    private record Listener(List<TraceRecord> records) implements TrainingRun.Observer {
        @Override
        public void record(TraceRecord item) {
            records.add(item);
        }

        @Override
        public boolean wantsCheckpoint(long step) {
            return false;
        }

        @Override
        public void checkpoint(Checkpoint checkpoint) {
            // the one at the end is of no use
        }

        @Override
        public void progress(String phase, long done, long total) {
            // nobody watches
        }
    }

    /// What differs in the first step that differs, such as `3: loss, norms of all`.
    private static String departure(RunTrace honest, RunTrace faulty) {
        for (int i = 0; i < honest.steps().size(); i++) {
            Set<String> differs =
                    difference(honest.steps().get(i), faulty.steps().get(i));
            if (!differs.isEmpty()) {
                return "%d: %s".formatted(i + 1, String.join(", ", differs));
            }
        }
        return honest.evaluations().equals(faulty.evaluations()) ? "never" : "evaluation";
    }

    private static Set<String> difference(StepRecord honest, StepRecord faulty) {
        Set<String> differs = new TreeSet<>();
        note(differs, "epoch", honest.epoch(), faulty.epoch());
        note(differs, "loss", honest.loss(), faulty.loss());
        note(differs, "scale", honest.scale(), faulty.scale());
        note(differs, "skipped", honest.skipped(), faulty.skipped());
        note(differs, "rate", honest.lr(), faulty.lr());
        note(differs, "choices", honest.expertCounts(), faulty.expertCounts());
        note(differs, "slots", routed(honest, StepRecord.Routing::slot), routed(faulty, StepRecord.Routing::slot));
        note(differs, "scores", routed(honest, StepRecord.Routing::margin), routed(faulty, StepRecord.Routing::margin));
        note(differs, "weights", honest.replicas(), faulty.replicas());
        List<String> norms = norms(honest, faulty);
        if (!norms.isEmpty()) {
            differs.add("norms of " + String.join(" ", norms));
        }
        return differs;
    }

    /// Names the layers all of whose norms differ, and else the parameters; `all` if there are no others.
    private static List<String> norms(StepRecord honest, StepRecord faulty) {
        Predicate<String> differs =
                name -> !honest.gradNorm().get(name).equals(faulty.gradNorm().get(name));
        Map<String, List<String>> layers = honest.gradNorm().keySet().stream()
                .collect(Collectors.groupingBy(
                        name -> name.replaceFirst("\\.(weight|bias)$", ""), TreeMap::new, Collectors.toList()));
        if (honest.gradNorm().keySet().stream().allMatch(differs)) {
            return List.of("all");
        }
        return layers.entrySet().stream()
                .flatMap(layer -> layer.getValue().stream().allMatch(differs)
                        ? Stream.of(layer.getKey())
                        : layer.getValue().stream().filter(differs))
                .map(name -> name.replace("moe0.", ""))
                .toList();
    }

    private static List<?> routed(StepRecord step, Function<StepRecord.Routing, List<?>> part) {
        return step.routing().stream().map(part).toList();
    }

    private static void note(Set<String> differs, String name, Object honest, Object faulty) {
        if (!honest.equals(faulty)) {
            differs.add(name);
        }
    }

    // what each fault reaches is argued from the net: a norm that is not named is equal to the last bit
    @ParameterizedTest
    @CsvFileSource(resources = "departures.csv", delimiter = '|')
    void aFaultChangesWhatItShouldAndNothingElse(String id, String expected, @Nullable String more) {
        Scenario scenario = scenario(about(id), more == null ? List.of() : List.of(more.split(" ")));
        RunTrace honest = run(scenario, Optional.empty());
        RunTrace faulty = run(scenario, Optional.of(id));
        assertThat(departure(honest, faulty)).isEqualTo(expected);
        Map<String, String> keys = new HashMap<>(faulty.provenance().comparability());
        if (id.equals("data-order-declared")) {
            assertThat(keys.put(
                            Provenance.DATA_ORDER,
                            honest.provenance().comparability().get(Provenance.DATA_ORDER)))
                    .isNotEqualTo(keys.get(Provenance.DATA_ORDER));
        }
        assertThat(keys)
                .as("no key gives the fault away")
                .isEqualTo(honest.provenance().comparability());
    }

    private static Fault.About about(String id) {
        return Fault.choose(id).fault().about();
    }

    @Test
    void everyFaultIsInTheTable() throws IOException {
        try (InputStream in = FaultTrainingTest.class.getResourceAsStream("departures.csv")) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .map(line -> line.substring(0, line.indexOf(' '))))
                    .containsExactlyElementsOf(Fault.ofRuns().stream()
                            .map(fault -> fault.about().id())
                            .toList());
        }
    }

    @Test
    void aFrozenLossIsAllThatIsFrozen() {
        Scenario scenario = scenario(about("loss-frozen"), List.of());
        List<StepRecord> honest = run(scenario, Optional.empty()).steps();
        List<StepRecord> faulty = run(scenario, Optional.of("loss-frozen=0.5")).steps();
        assertThat(faulty.subList(12, 24))
                .allMatch(step -> step.loss().equals(honest.get(11).loss()));
        assertThat(faulty.stream().map(StepRecord::gradNorm))
                .containsExactlyElementsOf(
                        honest.stream().map(StepRecord::gradNorm).toList());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            weight-decay-coupled    | optimizer.type=sgd
            weight-decay-coupled    | optimizer.weightDecay=0
            adam-epsilon-inside     | optimizer.type=sgd
            bias-correction-missing | optimizer.type=sgd
            expert-not-updated      | model.experts=[] model.mlpType=standard
            warmup-off              | schedule.type=constant
            rate-advances-on-skip   | schedule.type=constant
            hysteresis-missing      | optimizer.wrapper=unfused
            hysteresis-missing      | precision.hysteresis=1
            scale-grows-late        | precision.dtype=bf16
            gate-noise-gaussian     | model.noise=none
            gate-noise-of-device    | model.noise=none
            data-order-differs=2    | train.steps=24
            last-batch-repeated     | data.trainItems=384
            """)
    void aFaultThatWouldChangeNothingIsRefused(String fault, String more) {
        Fault.Choice choice = Fault.choose(fault);
        Scenario scenario = scenario(choice.fault().about(), List.of(more.split(" ")));
        assertThatThrownBy(() -> run(scenario, Optional.of(fault)))
                .hasMessageStartingWith("fault %s changes nothing without "
                        .formatted(choice.fault().about().id()));
    }
}

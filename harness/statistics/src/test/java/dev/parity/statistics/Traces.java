package dev.parity.statistics;

import dev.parity.trace.Evaluation;
import dev.parity.trace.Point;
import dev.parity.trace.Provenance;
import dev.parity.trace.RunTrace;
import dev.parity.trace.ScaleEvent;
import dev.parity.trace.StepRecord;
import dev.parity.trace.TraceRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;

/// Makes traces for tests: 400 steps of a decaying loss on two ranks, all keys known, overflows at steps
/// 80, 160 and so on, a scale that grows after 50 good steps, one MoE layer of two experts, an
/// evaluation at the end.
final class Traces {
    static final int STEPS = 400;

    private static final List<String> KEYS = List.of(
            Provenance.SCENARIO,
            Provenance.PROGRAM,
            Provenance.DATA_ORDER,
            Provenance.INITIAL_WEIGHTS,
            Provenance.DTYPE,
            Provenance.WORLD,
            Provenance.EP_SIZE,
            Provenance.ZERO_STAGE);

    private Traces() {}

    static RunTrace run(long seed, UnaryOperator<StepRecord> change) {
        return run(seed, Map.of(), change, 0.6);
    }

    /// Makes a run; an empty value takes a key out.
    static RunTrace run(long seed, Map<String, String> keys, UnaryOperator<StepRecord> change, double accuracy) {
        Random random = new Random(seed);
        Map<String, String> all = new HashMap<>(Map.of(
                Provenance.SEED, String.valueOf(seed),
                Provenance.LOSS_SCALER, "unfused",
                Provenance.LOSS_SCALER_SETTINGS, "initial=16384.0 window=50 hysteresis=2 min=1.0",
                Provenance.EVALUATION_MODE, "eval",
                Provenance.OPTIMIZER, "sgd lr=0.01 schedule=constant"));
        KEYS.forEach(key -> all.put(key, "same"));
        all.putAll(keys);
        all.values().removeIf(String::isEmpty);
        List<TraceRecord> records = new ArrayList<>();
        double scale = 16384;
        long last = -1;
        for (int step = 1; step <= STEPS; step++) {
            double loss = 1 + 1.3 * Math.exp(-step / 80.0) + 0.05 * random.nextGaussian();
            double norm = 1 + 0.1 * random.nextGaussian();
            boolean skipped = step % 80 == 0;
            // DeepSpeed's unfused scaler, iterations from 0
            long stable = step - 1 - last - 1;
            boolean grows = !skipped && stable > 0 && stable % 50 == 0;
            double after = skipped ? scale / 2 : grows ? scale * 2 : scale;
            last = skipped ? step - 1 : last;
            if (after != scale) {
                ScaleEvent.Kind kind = skipped ? ScaleEvent.Kind.REDUCED : ScaleEvent.Kind.GREW;
                records.add(new ScaleEvent(1, step, true, kind, scale, after, null));
            }
            records.add(change.apply(new StepRecord(
                    step,
                    1,
                    List.of(loss, loss),
                    scale,
                    skipped,
                    0.01,
                    new TreeMap<>(Map.of(
                            "fc1.weight",
                            0.8 * norm,
                            "fc2.bias",
                            1e-5,
                            StepRecord.GLOBAL,
                            skipped ? Double.NaN : norm)),
                    List.of(List.of(9, 7)),
                    List.of(1),
                    step % 100 == 0 ? List.of("ab", "ab") : List.of(),
                    List.of())));
            scale = after;
        }
        records.add(evaluation(random, accuracy));
        records.add(new TraceRecord.End(STEPS, "0".repeat(64)));
        Provenance provenance = Provenance.of("recorded", all, Map.of(Provenance.BACKEND, "cpu"), Map.of());
        return RunTrace.of("seed" + seed, new TraceRecord.Header(1, provenance), records, List.of());
    }

    private static Evaluation evaluation(Random random, double accuracy) {
        List<Integer> labels = new ArrayList<>();
        List<Integer> predictions = new ArrayList<>();
        int[] right = new int[2];
        for (int item = 0; item < 2000; item++) {
            int label = item % 2;
            boolean correct = random.nextDouble() < accuracy - 0.02 * label;
            labels.add(label);
            predictions.add(correct ? label : 1 - label);
            right[label] += correct ? 1 : 0;
        }
        return new Evaluation(
                STEPS,
                "eval",
                labels,
                List.of(new Evaluation.Rank(
                        0,
                        Evaluation.Score.of(right[0] + right[1], 2000),
                        List.of(
                                new Evaluation.ClassScore("cat", Evaluation.Score.of(right[0], 1000)),
                                new Evaluation.ClassScore("dog", Evaluation.Score.of(right[1], 1000))),
                        predictions,
                        null)));
    }

    /// Makes a log that prints a loss every 100 steps, `%.3f`.
    static RunTrace log(String name, int losses, List<ScaleEvent> events, DoubleUnaryOperator loss) {
        List<Point> points = new ArrayList<>();
        for (int i = 1; i <= losses; i++) {
            points.add(Point.loss(1, i * 100L, loss.applyAsDouble(i), 100, 1e-3, name + ":" + i));
        }
        Provenance provenance = Provenance.of(
                "deepspeed",
                events.isEmpty() ? Map.of() : Map.of(Provenance.LOSS_SCALER, "unfused"),
                Map.of(),
                Map.of());
        return new RunTrace(
                name, provenance, List.of(), points, events, List.of(), List.of(), List.of(), Optional.empty());
    }

    /// Makes the events of a log: overflows after every so many losses.
    static List<ScaleEvent> overflows(int count, int every) {
        List<ScaleEvent> events = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            events.add(new ScaleEvent(1, 100L * i * every, false, ScaleEvent.Kind.REDUCED, 8192, 4096, "log:" + i));
        }
        return events;
    }

    /// Takes a run apart and puts it together from other records.
    static RunTrace edit(RunTrace run, UnaryOperator<List<TraceRecord>> change) {
        List<TraceRecord> records = new ArrayList<>();
        for (StepRecord step : run.steps()) {
            run.scaleEvents().stream()
                    .filter(event -> event.step() == step.step())
                    .forEach(records::add);
            records.add(step);
        }
        records.addAll(run.evaluations());
        run.end().ifPresent(records::add);
        return RunTrace.of(run.name(), new TraceRecord.Header(1, run.provenance()), change.apply(records), run.gaps());
    }

    /// Changes the records of one kind; null takes one out.
    static <T extends TraceRecord> UnaryOperator<List<TraceRecord>> each(Class<T> kind, UnaryOperator<T> change) {
        return records -> {
            List<TraceRecord> changed = new ArrayList<>();
            for (TraceRecord item : records) {
                TraceRecord other = kind.isInstance(item) ? change.apply(kind.cast(item)) : item;
                if (other != null) {
                    changed.add(other);
                }
            }
            return changed;
        };
    }

    /// Copies a step with other values.
    static StepRecord with(
            StepRecord s, List<Double> loss, double scale, double lr, double norm, List<String> replicas) {
        TreeMap<String, Double> norms = new TreeMap<>(s.gradNorm());
        norms.put("fc1.weight", norm);
        return new StepRecord(
                s.step(),
                s.epoch(),
                loss,
                scale,
                s.skipped(),
                lr,
                norms,
                s.expertCounts(),
                s.dropped(),
                replicas,
                s.routing());
    }

    /// Copies a step with other losses.
    static StepRecord withLoss(StepRecord s, List<Double> loss) {
        return with(s, loss, s.scale(), s.lr(), norm(s), s.replicas());
    }

    /// Copies a step with another norm of fc1.
    static StepRecord withNorm(StepRecord s, double norm) {
        return with(s, s.loss(), s.scale(), s.lr(), norm, s.replicas());
    }

    static double norm(StepRecord s) {
        return s.gradNorm().get("fc1.weight");
    }

    /// Multiplies the loss.
    static UnaryOperator<StepRecord> loss(double factor) {
        return s -> withLoss(s, s.loss().stream().map(x -> x * factor).toList());
    }
}

package dev.parity.statistics;

import dev.parity.trace.Evaluation;
import dev.parity.trace.Provenance;
import dev.parity.trace.RunTrace;
import dev.parity.trace.StepRecord;
import dev.parity.trace.TraceRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/// Makes traces for tests: 400 steps of a decaying loss, no overflow below scale 65536.
final class Traces {
    static final int STEPS = 400;

    private Traces() {}

    static RunTrace run(long seed, UnaryOperator<StepRecord> change) {
        return run(seed, Map.of(), change, 0.6);
    }

    static RunTrace run(long seed, Map<String, String> keys, UnaryOperator<StepRecord> change, double accuracy) {
        Random random = new Random(seed);
        Map<String, String> all = new HashMap<>(Map.of(
                Provenance.SEED, String.valueOf(seed),
                Provenance.LOSS_SCALER, "unfused",
                Provenance.LOSS_SCALER_SETTINGS, "initial=16384.0 window=1000 hysteresis=2 min=1.0",
                Provenance.OPTIMIZER, "sgd lr=0.01 schedule=constant"));
        all.putAll(keys);
        List<TraceRecord> records = new ArrayList<>();
        for (int step = 1; step <= STEPS; step++) {
            double loss = 1 + 1.3 * Math.exp(-step / 80.0) + 0.05 * random.nextGaussian();
            records.add(change.apply(new StepRecord(
                    step,
                    1,
                    List.of(loss, loss),
                    16384,
                    false,
                    0.01,
                    new TreeMap<>(Map.of("fc1.weight", 0.8, StepRecord.GLOBAL, 1 + 0.1 * random.nextGaussian())),
                    List.of(),
                    List.of(),
                    step % 100 == 0 ? List.of("ab", "ab") : List.of(),
                    List.of())));
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
            boolean correct = random.nextDouble() < accuracy;
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

    /// Copies a step with other values.
    static StepRecord with(
            StepRecord s, List<Double> loss, double scale, double lr, double norm, List<String> replicas) {
        return new StepRecord(
                s.step(),
                s.epoch(),
                loss,
                scale,
                s.skipped(),
                lr,
                new TreeMap<>(Map.of(
                        "fc1.weight", norm, StepRecord.GLOBAL, s.gradNorm().get(StepRecord.GLOBAL))),
                s.expertCounts(),
                s.dropped(),
                replicas,
                s.routing());
    }

    /// Multiplies the loss.
    static UnaryOperator<StepRecord> loss(double factor) {
        return s -> with(s, s.loss().stream().map(x -> x * factor).toList(), s.scale(), s.lr(), 0.8, s.replicas());
    }
}

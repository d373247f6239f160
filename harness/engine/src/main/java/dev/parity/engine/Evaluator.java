package dev.parity.engine;

import dev.parity.spi.Backend;
import dev.parity.spi.Bindings;
import dev.parity.spi.Bound;
import dev.parity.spi.Executable;
import dev.parity.trace.Evaluation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Judges the net on the test set, unshuffled, every rank on all items.
///
/// In train mode overall and per-class accuracy come from two passes with noise of their own, as in the
/// example; in eval mode one pass gives both.
final class Evaluator {
    private final TrainingConfig config;
    private final DataSet test;
    private final Map<Integer, Model.Step> steps = new HashMap<>();
    private final Map<Integer, Executable> executables = new HashMap<>();

    Evaluator(TrainingConfig config, Model model, Backend backend, DataSet test) {
        this.config = config;
        this.test = test;
        int batch = config.evaluation().batch();
        for (int size : List.of(Math.min(batch, test.size()), test.size() % batch)) {
            if (size > 0 && !steps.containsKey(size)) {
                Model.Step step = model.evaluation(size);
                steps.put(size, step);
                executables.put(size, backend.compile(step.program()));
            }
        }
    }

    Evaluation.Rank run(int rank, RankState state) {
        boolean twice = config.evaluation().mode() == TrainingConfig.EvaluationMode.TRAIN;
        Map<Integer, Bindings> bindings = new HashMap<>();
        Map<Integer, Bound> bound = new HashMap<>();
        steps.forEach((size, step) -> {
            Bindings tensors = state.bind(step);
            bindings.put(size, tensors);
            bound.put(size, state.bind(known(executables, size), tensors));
        });
        int[] overall = pass(rank, 0, bindings, bound);
        int[] classes = twice ? pass(rank, 1, bindings, bound) : overall;
        List<Integer> predictions = new ArrayList<>();
        for (int prediction : overall) {
            predictions.add(prediction);
        }
        return new Evaluation.Rank(rank, score(overall, -1), byClass(classes), predictions, null);
    }

    private int[] pass(int rank, int pass, Map<Integer, Bindings> bindings, Map<Integer, Bound> bound) {
        int[] predictions = new int[test.size()];
        int batch = config.evaluation().batch();
        Map<Integer, Batches> inputs = new HashMap<>();
        steps.forEach((size, step) -> inputs.put(
                size, new Batches(config, step, known(bindings, size), "evaluation/pass%d".formatted(pass), rank)));
        double[] found = new double[batch];
        for (int first = 0; first < test.size(); first += batch) {
            int size = Math.min(batch, test.size() - first);
            if (size < batch) {
                found = new double[size];
            }
            Batches batches = known(inputs, size);
            for (int i = 0; i < size; i++) {
                batches.image(test, first + i, i);
            }
            batches.noise(first / batch);
            known(bound, size).run();
            Model.known(known(bindings, size).outputs(), "predictions").read(found);
            for (int i = 0; i < size; i++) {
                predictions[first + i] = (int) found[i];
            }
        }
        return predictions;
    }

    private static <T> T known(Map<Integer, T> map, int size) {
        T value = map.get(size);
        if (value == null) {
            throw new IllegalStateException("no evaluation was compiled for batches of " + size);
        }
        return value;
    }

    private List<Evaluation.ClassScore> byClass(int[] predictions) {
        List<Evaluation.ClassScore> scores = new ArrayList<>();
        for (int label = 0; label < test.classes().size(); label++) {
            scores.add(new Evaluation.ClassScore(test.classes().get(label), score(predictions, label)));
        }
        return scores;
    }

    /// Scores all items, or those of one label.
    private Evaluation.Score score(int[] predictions, int label) {
        int items = 0;
        int correct = 0;
        for (int i = 0; i < predictions.length; i++) {
            if (label < 0 || test.label(i) == label) {
                items++;
                correct += predictions[i] == test.label(i) ? 1 : 0;
            }
        }
        return items == 0 ? new Evaluation.Score(0, 0, 0) : Evaluation.Score.of(correct, items);
    }
}

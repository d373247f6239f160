package dev.parity.engine;

import dev.parity.trace.Evaluation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Accuracy as DeepSpeed's example takes it: in train mode overall and per-class accuracy come from two
/// passes with noise of their own; in eval mode one pass gives both.
///
/// @param mode of the net
record DeepSpeedEvaluator(TrainingConfig.EvaluationMode mode) implements Evaluator {
    @Override
    public Evaluation.Rank judge(int rank, DataSet test, Net net) {
        int[] overall = net.predict(0);
        int[] classes = switch (mode) {
            case TRAIN -> net.predict(1);
            case EVAL -> overall;
        };
        List<Integer> predictions = Arrays.stream(overall).boxed().toList();
        return new Evaluation.Rank(rank, score(test, overall, -1), byClass(test, classes), predictions, null);
    }

    private static List<Evaluation.ClassScore> byClass(DataSet test, int[] predictions) {
        List<Evaluation.ClassScore> scores = new ArrayList<>();
        for (int label = 0; label < test.classes().size(); label++) {
            scores.add(new Evaluation.ClassScore(test.classes().get(label), score(test, predictions, label)));
        }
        return scores;
    }

    /// Scores all items, or those of one label.
    private static Evaluation.Score score(DataSet test, int[] predictions, int label) {
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

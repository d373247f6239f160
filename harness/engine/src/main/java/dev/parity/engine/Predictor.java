package dev.parity.engine;

import dev.parity.spi.Backend;
import dev.parity.spi.Bindings;
import dev.parity.spi.Bound;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The net on one rank, made ready to predict the test set in batches; the last one may be smaller.
final class Predictor implements Evaluator.Net {
    private final TrainingPlan plan;
    private final DataSet test;
    private final int rank;
    private final Map<Integer, Batch> bySize = new HashMap<>();

    /// The evaluation of batches of one size.
    ///
    /// @param step its program
    /// @param tensors of its inputs and outputs
    /// @param bound runs it
    private record Batch(Model.EvaluationStep step, Bindings tensors, Bound bound) {}

    Predictor(TrainingPlan plan, Backend backend, RankState state, int rank) {
        this.plan = plan;
        test = plan.data().test();
        this.rank = rank;
        TrainingConfig.Evaluation settings = plan.config().evaluation();
        TrainingConfig.EvaluationMode mode = plan.parts().evaluator().mode(settings.mode());
        int batch = settings.batch();
        for (int size : List.of(Math.min(batch, test.size()), test.size() % batch)) {
            if (size > 0 && !bySize.containsKey(size)) {
                Model.EvaluationStep step = plan.model().evaluation(size, mode);
                Bindings tensors = state.bind(step);
                bySize.put(size, new Batch(step, tensors, state.bind(backend.compile(step.program()), tensors)));
            }
        }
    }

    @Override
    public int[] predict(int pass) {
        int[] predictions = new int[test.size()];
        int batch = plan.config().evaluation().batch();
        String stream = "evaluation/pass%d".formatted(pass);
        Map<Integer, Batches> inputs = new HashMap<>();
        bySize.forEach((size, ready) -> inputs.put(size, new Batches(plan, ready.step, ready.tensors, stream, rank)));
        double[] found = new double[batch];
        for (int first = 0; first < test.size(); first += batch) {
            int size = Math.min(batch, test.size() - first);
            if (size < batch) {
                found = new double[size];
            }
            Batch ready = known(bySize, size);
            Batches batches = known(inputs, size);
            for (int i = 0; i < size; i++) {
                batches.image(test, first + i, i);
            }
            batches.noise(first / batch);
            ready.bound.run();
            Model.known(ready.tensors.outputs(), ready.step.predictions().name())
                    .read(found);
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
}

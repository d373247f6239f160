package dev.parity.statistics.detectors;

import dev.parity.statistics.Position;
import dev.parity.statistics.estimators.Accuracies;
import dev.parity.trace.Evaluation;
import dev.parity.trace.Provenance;
import dev.parity.trace.RunTrace;
import dev.parity.trace.ScaleEvent;
import dev.parity.trace.StepRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Where a run's records contradict each other.
public final class Contradictions {
    /// Percents are quotients of whole numbers, computed twice in binary64.
    private static final double ROUNDING = 1e-9;

    private final RunTrace run;
    private final List<String> found = new ArrayList<>();

    private Contradictions(RunTrace run) {
        this.run = run;
    }

    /// Reads a run against itself.
    ///
    /// @param run recorded or of a log
    /// @return the first contradiction of each kind, with the run's name; empty for a run that is sound
    public static List<String> of(RunTrace run) {
        Contradictions reading = new Contradictions(run);
        reading.order();
        reading.events();
        reading.routing();
        run.evaluations().forEach(reading::evaluation);
        return List.copyOf(reading.found);
    }

    private void add(String words) {
        found.add("%s: %s".formatted(run.name(), words));
    }

    /// Steps count from 1, no loss stands twice, and the end counts the steps.
    private void order() {
        List<StepRecord> steps = run.steps();
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i).step() != i + 1) {
                add("expected step %d, found step %d"
                        .formatted(i + 1, steps.get(i).step()));
                break;
            }
        }
        int losses = Position.of(run.losses()).size();
        if (losses != run.losses().size()) {
            add("%d losses stand at %d places".formatted(run.losses().size(), losses));
        }
        run.end()
                .filter(end -> end.steps() != steps.size())
                .ifPresent(end -> add("its end counts %d steps, there are %d".formatted(end.steps(), steps.size())));
    }

    /// An event for each skipped step and each change of the scale, and no other.
    private void events() {
        if (run.steps().isEmpty()) {
            return;
        }
        Map<Long, ScaleEvent> events = new TreeMap<>();
        for (ScaleEvent event : run.scaleEvents()) {
            if (events.put(event.step(), event) != null) {
                add("two scale events at step %d".formatted(event.step()));
                return;
            }
        }
        for (int i = 0; i < run.steps().size(); i++) {
            StepRecord step = run.steps().get(i);
            Optional<Double> next = i + 1 < run.steps().size()
                    ? Optional.of(run.steps().get(i + 1).scale())
                    : Optional.empty();
            Optional<String> wrong = wrong(step, next, Optional.ofNullable(events.remove(step.step())));
            if (wrong.isPresent()) {
                add("step %d: %s".formatted(step.step(), wrong.get()));
                return;
            }
        }
        events.keySet().stream()
                .findFirst()
                .ifPresent(step -> add("a scale event at step %d, which is not recorded".formatted(step)));
    }

    private static Optional<String> wrong(StepRecord step, Optional<Double> next, Optional<ScaleEvent> event) {
        double after = event.map(ScaleEvent::to).orElse(step.scale());
        if (next.isPresent() && next.get() != after) {
            return Optional.of("the scale became %s, %s"
                    .formatted(next.get(), event.isPresent() ? "its event says " + after : "without an event"));
        }
        if (event.isEmpty()) {
            return step.skipped() ? Optional.of("skipped without a scale event") : Optional.empty();
        }
        double from = event.get().from();
        boolean fits = from == step.scale()
                && switch (event.get().kind()) {
                    case REDUCED -> step.skipped() && after <= from;
                    case HYSTERESIS -> step.skipped() && after == from;
                    case GREW -> !step.skipped() && after > from;
                };
        return fits
                ? Optional.empty()
                : Optional.of("%s from %s to %s does not fit a step %s at scale %s"
                        .formatted(
                                event.get().kind(), from, after, step.skipped() ? "skipped" : "taken", step.scale()));
    }

    /// No more tokens are dropped than there are, and recorded routing drops as many and sends as many
    /// to each expert (where an expert's count holds all choices; of the second choices it may not).
    private void routing() {
        for (StepRecord step : run.steps()) {
            for (int layer = 0; layer < step.expertCounts().size(); layer++) {
                Optional<String> wrong = wrong(step, layer);
                if (wrong.isPresent()) {
                    add("step %d, layer %d: %s".formatted(step.step(), layer, wrong.get()));
                    return;
                }
            }
        }
    }

    private static Optional<String> wrong(StepRecord step, int layer) {
        List<Integer> counts = step.expertCounts().get(layer);
        List<Integer> chosen = new ArrayList<>(Collections.nCopies(counts.size(), 0));
        int choices = 0;
        int lost = 0;
        for (StepRecord.Routing each : step.routing()) {
            if (each.layer() == layer) {
                for (int expert : each.expert()) {
                    if (expert < 0 || expert >= counts.size()) {
                        return Optional.of("expert %d was chosen of %d".formatted(expert, counts.size()));
                    }
                    chosen.set(expert, chosen.get(expert) + 1);
                }
                choices += each.expert().size();
                lost += Collections.frequency(each.slot(), -1);
            }
        }
        if (choices == tokens(step, layer) && !chosen.equals(counts)) {
            return Optional.of("experts were chosen %s times, counted %s".formatted(chosen, counts));
        }
        if (layer >= step.dropped().size()) {
            return Optional.empty();
        }
        int dropped = step.dropped().get(layer);
        if (choices > 0 && lost != dropped) {
            return Optional.of("%d tokens found no slot, counted %d".formatted(lost, dropped));
        }
        return choices == 0 && dropped > tokens(step, layer)
                ? Optional.of("%d tokens dropped of %d".formatted(dropped, tokens(step, layer)))
                : Optional.empty();
    }

    /// Sums the tokens of a layer over its experts.
    ///
    /// @param step that counts them
    /// @param layer from 0
    /// @return tokens
    public static long tokens(StepRecord step, int layer) {
        return step.expertCounts().get(layer).stream()
                .mapToLong(Integer::longValue)
                .sum();
    }

    /// Scores are what the predictions give. In train mode the classes come from another pass than the
    /// predictions, so only the overall score is held against them.
    private void evaluation(Evaluation evaluation) {
        String mode = run.provenance().comparability().getOrDefault(Provenance.EVALUATION_MODE, "");
        if (!evaluation.mode().isEmpty()
                && !mode.isEmpty()
                && !evaluation.mode().equals(mode)) {
            add("evaluated in mode %s, configured is %s".formatted(evaluation.mode(), mode));
        }
        Set<Integer> seen = new HashSet<>();
        for (Evaluation.Rank rank : evaluation.ranks()) {
            if (!seen.add(rank.rank())) {
                add("rank %d evaluated twice".formatted(rank.rank()));
            }
            if (rank.predictions().isEmpty() || evaluation.labels().isEmpty()) {
                continue;
            }
            if (rank.predictions().size() != evaluation.labels().size()) {
                add("rank %d predicted %d of %d items"
                        .formatted(
                                rank.rank(),
                                rank.predictions().size(),
                                evaluation.labels().size()));
                continue;
            }
            score(evaluation.labels(), rank, Accuracies.ALL, "all items", rank.overall());
            for (int label = 0;
                    label < rank.classes().size() && !evaluation.mode().equals("train");
                    label++) {
                Evaluation.ClassScore each = rank.classes().get(label);
                score(evaluation.labels(), rank, label, each.name(), each.score());
            }
        }
    }

    private void score(List<Integer> labels, Evaluation.Rank rank, int label, String name, Evaluation.Score score) {
        int items = 0;
        int right = 0;
        for (int i = 0; i < labels.size(); i++) {
            if (label == Accuracies.ALL || labels.get(i) == label) {
                items++;
                right += rank.predictions().get(i).equals(labels.get(i)) ? 1 : 0;
            }
        }
        double percent = items == 0 ? 0 : 100.0 * right / items;
        boolean fits =
                percent > score.percent() - ROUNDING && percent < score.percent() + Math.max(score.quantum(), ROUNDING);
        if (score.items() != items || !fits) {
            add("rank %d on %s: %s %% of %d recorded, its predictions give %s %% of %d"
                    .formatted(rank.rank(), name, score.percent(), score.items(), percent, items));
        }
    }
}

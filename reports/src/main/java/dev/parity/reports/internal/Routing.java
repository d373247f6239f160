package dev.parity.reports.internal;

import dev.parity.statistics.Alignment;
import dev.parity.trace.StepRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// How far the experts of a layer get the same tokens on both sides, step by step: 1 less half the sum of the absolute
/// differences of their shares. That is the largest share of the tokens that can have gone alike.
public final class Routing {
    /// So many places are drawn at most; what is drawn together keeps its lowest value.
    private static final int PLACES = 240;

    private static final double WIDTH = 600;
    private static final double HEIGHT = 100;

    private Routing() {}

    /// A step's agreement, over the pairs that have it.
    private record At(long step, double mean, double lowest) {}

    /// Draws each layer.
    ///
    /// @param pairs aligned runs
    /// @return empty where no step counts the tokens of experts
    public static List<ReportPage.Agreement> of(List<Alignment> pairs) {
        int layers = pairs.stream()
                .flatMap(pair -> pair.steps().stream())
                .mapToInt(step -> step.reference().expertCounts().size())
                .max()
                .orElse(0);
        List<ReportPage.Agreement> found = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            List<At> steps = steps(pairs, layer);
            if (!steps.isEmpty()) {
                found.add(draw(String.valueOf(layer), steps));
            }
        }
        return found;
    }

    private static List<At> steps(List<Alignment> pairs, int layer) {
        SortedMap<Long, List<Double>> all = new TreeMap<>();
        for (Alignment pair : pairs) {
            for (Alignment.Steps step : pair.steps()) {
                double alike = alike(counts(step.reference(), layer), counts(step.candidate(), layer));
                if (!Double.isNaN(alike)) {
                    all.computeIfAbsent(step.reference().step(), _ -> new ArrayList<>())
                            .add(alike);
                }
            }
        }
        return all.entrySet().stream()
                .map(each -> new At(
                        each.getKey(),
                        each.getValue().stream().mapToDouble(x -> x).average().orElseThrow(),
                        each.getValue().stream().mapToDouble(x -> x).min().orElseThrow()))
                .toList();
    }

    private static List<Integer> counts(StepRecord step, int layer) {
        return layer < step.expertCounts().size() ? step.expertCounts().get(layer) : List.of();
    }

    /// NaN of other experts, or where no token was routed.
    private static double alike(List<Integer> reference, List<Integer> candidate) {
        double a = reference.stream().mapToLong(Integer::longValue).sum();
        double b = candidate.stream().mapToLong(Integer::longValue).sum();
        if (reference.size() != candidate.size() || a == 0 || b == 0) {
            return Double.NaN;
        }
        double apart = 0;
        for (int expert = 0; expert < reference.size(); expert++) {
            apart += Math.abs(reference.get(expert) / a - candidate.get(expert) / b);
        }
        return 1 - apart / 2;
    }

    private static ReportPage.Agreement draw(String layer, List<At> steps) {
        At lowest = steps.stream().min(Comparator.comparingDouble(At::lowest)).orElseThrow();
        // a scale of whole tens of percent, which holds the lowest value
        double floor = Math.clamp(Math.floor(10 * lowest.lowest()) / 10, 0, 0.9);
        List<At> bins = bins(steps);
        return new ReportPage.Agreement(
                layer,
                path(bins.stream().map(At::mean).toList(), floor),
                path(bins.stream().map(At::lowest).toList(), floor),
                percent(floor),
                "step %d".formatted(steps.getFirst().step()),
                "step %d".formatted(steps.getLast().step()),
                percent(mean(steps)),
                percent(mean(steps.subList(steps.size() * 3 / 4, steps.size()))),
                "%s (step %d)".formatted(percent(lowest.lowest()), lowest.step()));
    }

    private static double mean(List<At> steps) {
        return steps.stream().mapToDouble(At::mean).average().orElseThrow();
    }

    private static List<At> bins(List<At> steps) {
        int places = Math.min(PLACES, steps.size());
        List<At> bins = new ArrayList<>();
        for (int place = 0; place < places; place++) {
            List<At> bin = steps.subList(
                    (int) ((long) steps.size() * place / places), (int) ((long) steps.size() * (place + 1) / places));
            bins.add(new At(
                    bin.getFirst().step(),
                    mean(bin),
                    bin.stream().mapToDouble(At::lowest).min().orElseThrow()));
        }
        return bins;
    }

    private static String path(List<Double> values, double floor) {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < values.size(); i++) {
            double x = values.size() == 1 ? WIDTH / 2 : WIDTH * i / (values.size() - 1);
            double y = HEIGHT * (1 - values.get(i)) / (1 - floor);
            path.append("%s%.1f %.1f".formatted(i == 0 ? "M" : "L", x, y));
        }
        return path.toString();
    }

    private static String percent(double share) {
        return "%.2f %%".formatted(100 * share);
    }
}

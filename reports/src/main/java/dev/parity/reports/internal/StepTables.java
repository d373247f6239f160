package dev.parity.reports.internal;

import dev.parity.statistics.Alignment;
import dev.parity.trace.StepRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/// Tables of what recorded steps hold beside their loss; empty for logs.
public final class StepTables {
    private static final int QUARTERS = 4;

    private StepTables() {}

    /// Sums the tokens of each expert over the common steps of all pairs.
    ///
    /// @param pairs aligned runs
    /// @return a row of experts for each MoE layer
    public static List<ReportPage.Layer> experts(List<Alignment> pairs) {
        List<Alignment.Steps> steps = common(pairs);
        int layers = steps.isEmpty()
                ? 0
                : steps.getFirst().reference().expertCounts().size();
        List<ReportPage.Layer> rows = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            double[] reference = tokens(steps, Alignment.Steps::reference, layer);
            double[] candidate = tokens(steps, Alignment.Steps::candidate, layer);
            double all = sum(reference);
            double others = sum(candidate);
            if (reference.length != candidate.length || all == 0 || others == 0) {
                continue; // other models, or one that routed nothing: other gates tell
            }
            rows.add(new ReportPage.Layer(
                    String.valueOf(layer),
                    IntStream.range(0, reference.length)
                            .mapToObj(expert ->
                                    expert(expert, 100 * reference[expert] / all, 100 * candidate[expert] / others))
                            .toList(),
                    dropped(steps, Alignment.Steps::reference, layer, all),
                    dropped(steps, Alignment.Steps::candidate, layer, others)));
        }
        return rows;
    }

    private static ReportPage.Expert expert(int number, double reference, double candidate) {
        return new ReportPage.Expert(
                String.valueOf(number), reference, candidate, "%.2f %% / %.2f %%".formatted(reference, candidate));
    }

    private static List<Alignment.Steps> common(List<Alignment> pairs) {
        return pairs.stream().flatMap(pair -> pair.steps().stream()).toList();
    }

    private static double[] tokens(List<Alignment.Steps> steps, Function<Alignment.Steps, StepRecord> side, int layer) {
        List<Integer> first = counts(side.apply(steps.getFirst()), layer);
        double[] sums = new double[first.size()];
        for (Alignment.Steps step : steps) {
            List<Integer> counts = counts(side.apply(step), layer);
            for (int expert = 0; expert < Math.min(sums.length, counts.size()); expert++) {
                sums[expert] += counts.get(expert);
            }
        }
        return sums;
    }

    private static List<Integer> counts(StepRecord step, int layer) {
        return layer < step.expertCounts().size() ? step.expertCounts().get(layer) : List.of();
    }

    private static double sum(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum;
    }

    private static String dropped(
            List<Alignment.Steps> steps, Function<Alignment.Steps, StepRecord> side, int layer, double all) {
        long dropped = steps.stream()
                .map(side)
                .filter(step -> layer < step.dropped().size())
                .mapToLong(step -> step.dropped().get(layer))
                .sum();
        return "%.2f %%".formatted(100 * dropped / all);
    }

    /// Compares the gradient's norms, parameter by parameter.
    ///
    /// @param pairs aligned runs
    /// @return in the order of the names
    public static List<ReportPage.Gradient> gradients(List<Alignment> pairs) {
        List<Alignment.Steps> firsts = pairs.stream()
                .filter(pair -> !pair.steps().isEmpty())
                .map(pair -> pair.steps().getFirst())
                .toList();
        if (firsts.isEmpty()) {
            return List.of();
        }
        List<List<Alignment.Steps>> quarters = IntStream.range(0, QUARTERS)
                .mapToObj(quarter -> quarter(pairs, quarter))
                .toList();
        return firsts.getFirst().reference().gradNorm().keySet().stream()
                .filter(name -> firsts.getFirst().candidate().gradNorm().containsKey(name))
                .map(name -> new ReportPage.Gradient(
                        name,
                        difference(firsts, name),
                        quarters.stream().map(steps -> difference(steps, name)).toList()))
                .toList();
    }

    private static List<Alignment.Steps> quarter(List<Alignment> pairs, int quarter) {
        return pairs.stream()
                .map(Alignment::steps)
                .flatMap(steps ->
                        steps
                                .subList(steps.size() * quarter / QUARTERS, steps.size() * (quarter + 1) / QUARTERS)
                                .stream())
                .toList();
    }

    private static String difference(List<Alignment.Steps> steps, String name) {
        double reference = 0;
        double candidate = 0;
        for (Alignment.Steps step : steps) {
            Double a = step.reference().gradNorm().get(name);
            Double b = step.candidate().gradNorm().get(name);
            if (a != null && b != null && Double.isFinite(a) && Double.isFinite(b)) {
                reference += a;
                candidate += b;
            }
        }
        return reference == 0 ? "" : "%+.3g %%".formatted(100 * (candidate / reference - 1));
    }
}

package dev.parity.statistics.detectors;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A gap that grows from the last layer towards the first, as one does that backward passes hand on. Layers are
/// parameters whose names differ in their first number only.
///
/// @param name of the parameters, with `*` for the number
/// @param layers number of them, at least three
/// @param first gap in the first layer
/// @param last gap in the last layer
public record LayerTrend(String name, int layers, double first, double last) {
    private static final Pattern NUMBER = Pattern.compile("\\d+");
    private static final int FEWEST = 3;
    /// The gap in the first layer over that in the last.
    private static final double GROWTH = 2;

    /// Finds the steepest growth.
    ///
    /// @param gaps by the parameters' names, signed
    /// @return empty where no three layers alike have a gap that never falls towards the first, and doubles
    public static Optional<LayerTrend> of(Map<String, Double> gaps) {
        SortedMap<String, SortedMap<Integer, Double>> groups = new TreeMap<>();
        gaps.forEach((name, gap) -> {
            Matcher number = NUMBER.matcher(name);
            if (number.find() && number.end() - number.start() < 8) {
                groups.computeIfAbsent(number.replaceFirst("*"), _ -> new TreeMap<>())
                        .put(Integer.valueOf(number.group()), Math.abs(gap));
            }
        });
        List<LayerTrend> found = new ArrayList<>();
        groups.forEach((name, layers) -> {
            List<Double> values = List.copyOf(layers.values());
            boolean falls = values.size() >= FEWEST;
            for (int i = 1; i < values.size(); i++) {
                falls &= values.get(i) <= values.get(i - 1);
            }
            if (falls && values.getFirst() > GROWTH * values.getLast()) {
                found.add(new LayerTrend(name, values.size(), values.getFirst(), values.getLast()));
            }
        });
        return found.stream().max(Comparator.comparingDouble(LayerTrend::first));
    }
}

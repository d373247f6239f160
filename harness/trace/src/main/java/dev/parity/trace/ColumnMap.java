package dev.parity.trace;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// In which columns of a table, or fields of a JSON line, series stand.
///
/// @param columns name of a column by name of a [Series], [#STEP] or [#EPOCH]
public record ColumnMap(Map<String, String> columns) {
    /// Where the step stands.
    public static final String STEP = "step";
    /// Where the epoch stands, for tables whose steps begin again in each.
    public static final String EPOCH = "epoch";

    /// Leaves the search to the usual names.
    public static final ColumnMap USUAL = new ColumnMap(Map.of());

    private static final List<String> NAMES = List.of(
            STEP,
            EPOCH,
            Series.LOSS,
            Series.VALIDATION_LOSS,
            Series.TEST_LOSS,
            Series.LEARNING_RATE,
            Series.LOSS_SCALE,
            Series.gradientNorm(StepRecord.GLOBAL),
            Series.PARAMETER_NORM,
            Series.ZEROS,
            Series.SKIPPED,
            Series.SKIPPED_SO_FAR);

    /// How people write them.
    private static final Map<String, String> ALIASES = Map.of(
            "validationLoss",
            Series.VALIDATION_LOSS,
            "learningRate",
            Series.LEARNING_RATE,
            "lossScale",
            Series.LOSS_SCALE,
            "gradNorm",
            Series.gradientNorm(StepRecord.GLOBAL),
            "skippedSoFar",
            Series.SKIPPED_SO_FAR);

    /// Copies the map; refuses what names no series. The names may be `gradNorm`, `learningRate`, `lossScale`,
    /// `validationLoss` and `skippedSoFar` too.
    public ColumnMap {
        Map<String, String> named = new LinkedHashMap<>();
        columns.forEach((name, column) -> named.put(series(name), column));
        columns = Collections.unmodifiableMap(named);
    }

    private static String series(String name) {
        String series = ALIASES.getOrDefault(name, name);
        if (!NAMES.contains(series) && !Series.isGradientNorm(series)) {
            TreeSet<String> all = new TreeSet<>(NAMES);
            all.addAll(ALIASES.keySet());
            throw new IllegalArgumentException("there is no series '%s' to map a column to, there are %s and %s"
                    .formatted(name, all, Series.gradientNorm("PARAMETER")));
        }
        return series;
    }
}

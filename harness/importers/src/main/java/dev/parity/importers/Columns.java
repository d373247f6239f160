package dev.parity.importers;

import dev.parity.trace.ColumnMap;
import dev.parity.trace.Series;
import dev.parity.trace.StepRecord;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Which column of a table, or field of a JSON line, holds which series: those that a map names, and for all
/// others the usual names.
///
/// A usual name is found however it is written: `train/loss`, `Train Loss` and, as Weights & Biases exports
/// it, `my-run - train/loss` are all `train_loss`.
final class Columns {
    /// Usual names of steps and epochs, the surest first: a counter of optimizer steps before one of calls of
    /// the logger.
    private static final Map<String, List<String>> PLACES = Map.of(
            ColumnMap.STEP,
            List.of(
                    "trainer_global_step",
                    "train_global_step",
                    "global_step",
                    "iteration",
                    "current_steps",
                    "step",
                    "steps",
                    "iter"),
            ColumnMap.EPOCH,
            List.of("epoch"));

    /// Usual names of series, the surest first. Some are of NeMo, torchtitan and DeepSpeed.
    private static final Map<String, List<String>> SERIES = Map.ofEntries(
            entry(
                    Series.LOSS,
                    "loss",
                    "train_loss",
                    "train_loss_step",
                    "training_loss",
                    "lm_loss",
                    "loss_step",
                    "reduced_train_loss",
                    "loss_metrics_global_avg_loss",
                    "train_samples_train_loss",
                    "train_loss_epoch",
                    "loss_epoch"),
            entry(
                    Series.VALIDATION_LOSS,
                    "val_loss",
                    "eval_loss",
                    "validation_loss",
                    "valid_loss",
                    "lm_loss_validation",
                    "val_loss_epoch"),
            entry(Series.TEST_LOSS, "test_loss", "lm_loss_test"),
            entry(
                    Series.LEARNING_RATE,
                    "lr",
                    "learning_rate",
                    "train_lr",
                    "train_learning_rate",
                    "lr_adam",
                    "lr_adamw",
                    "lr_sgd",
                    "train_samples_lr"),
            entry(
                    Series.gradientNorm(StepRecord.GLOBAL),
                    "grad_norm",
                    "gradient_norm",
                    "train_grad_norm",
                    "global_grad_norm"),
            entry(Series.LOSS_SCALE, "loss_scale", "train_loss_scale", "train_samples_loss_scale"),
            entry(Series.PARAMETER_NORM, "params_norm"),
            entry(Series.ZEROS, "num_zeros"),
            entry(Series.SKIPPED, "skipped"),
            entry(Series.SKIPPED_SO_FAR, "skipped_so_far", "skipped_steps"));

    private static Map.Entry<String, List<String>> entry(String series, String... names) {
        return Map.entry(series, List.of(names));
    }

    /// What Weights & Biases writes before a name: the run's.
    private static final Pattern RUN = Pattern.compile("^.* - ");

    private static final Pattern NO_WORD = Pattern.compile("[^a-z0-9]+");

    /// Names of columns that one file may have.
    private static final int MOST = 10_000;

    private static final Set<String> USUAL_NAMES = Stream.of(PLACES, SERIES)
            .flatMap(names -> names.values().stream())
            .flatMap(List::stream)
            .collect(Collectors.toUnmodifiableSet());

    private final ColumnMap map;
    private final Map<String, String> columns;
    private final Set<String> seen = new LinkedHashSet<>();
    private Set<String> series = Set.of();

    /// @param map where a person says that series stand
    Columns(ColumnMap map) {
        this.map = map;
        columns = new HashMap<>(map.columns());
    }

    /// Looks at names of columns: a series that has none takes the first of its usual names. A step's column is
    /// not chosen before there is something at a step.
    ///
    /// @param names of one row, or of all
    /// @return whether one of them is new
    /// @throws IllegalArgumentException if two are the same usual name, or there are too many
    boolean bind(Collection<String> names) {
        if (seen.containsAll(names)) {
            return false;
        }
        seen.addAll(names);
        if (seen.size() > MOST) {
            throw new IllegalArgumentException(
                    "found more than %d different names of columns, expected a table of a training run"
                            .formatted(MOST));
        }
        Map<String, String> usual = new HashMap<>();
        for (String name : names) {
            String other = isMapped(name) ? null : usual.putIfAbsent(usual(name), name);
            if (other != null && USUAL_NAMES.contains(usual(name))) {
                throw new IllegalArgumentException(
                        "the columns '%s' and '%s' could both be %s: name one, such as --map loss='%s'"
                                .formatted(other, name, usual(name), other));
            }
        }
        SERIES.forEach((each, all) -> take(each, all, usual));
        series = new TreeSet<>(columns.keySet());
        series.removeAll(PLACES.keySet());
        if (names.stream().anyMatch(name -> seriesOf(name).isPresent())) {
            PLACES.forEach((place, all) -> take(place, all, usual));
        }
        return true;
    }

    private void take(String series, List<String> all, Map<String, String> usual) {
        if (!columns.containsKey(series)) {
            all.stream().filter(usual::containsKey).findFirst().ifPresent(name -> columns.put(series, usual.get(name)));
        }
    }

    private boolean isMapped(String name) {
        return map.columns().containsValue(name);
    }

    /// Returns a series' column.
    ///
    /// @return empty if none is known
    Optional<String> of(String series) {
        return Optional.ofNullable(columns.get(series));
    }

    /// Returns the series that have a column.
    ///
    /// @return in order, without steps and epochs
    Set<String> series() {
        return Collections.unmodifiableSet(series);
    }

    /// Returns the series that stands in a column.
    ///
    /// @param column its name
    /// @return empty if none does
    Optional<String> seriesOf(String column) {
        return series.stream().filter(name -> column.equals(columns.get(name))).findFirst();
    }

    /// Returns all names that were looked at.
    Set<String> all() {
        return Collections.unmodifiableSet(seen);
    }

    /// Returns those of the names looked at that hold nothing that is read.
    Set<String> rest() {
        Set<String> rest = new LinkedHashSet<>(seen);
        rest.removeAll(columns.values());
        return rest;
    }

    /// Returns the columns of the map that were not among the names looked at.
    Set<String> missing() {
        return missing(map, seen);
    }

    /// Returns the columns of a map that are not among names.
    static Set<String> missing(ColumnMap map, Collection<String> names) {
        Set<String> missing = new TreeSet<>(map.columns().values());
        missing.removeAll(names);
        return missing;
    }

    /// Returns the series that a usual name stands for.
    ///
    /// @param name of a column, a tag or a file
    static Optional<String> usualSeries(String name) {
        String usual = usual(name);
        return SERIES.entrySet().stream()
                .filter(entry -> entry.getValue().contains(usual))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private static String usual(String name) {
        String own = RUN.matcher(name).replaceFirst("").toLowerCase(Locale.ROOT);
        String words = NO_WORD.matcher(own).replaceAll("_");
        int from = words.startsWith("_") ? 1 : 0;
        return words.substring(
                from, words.endsWith("_") && words.length() > from ? words.length() - 1 : words.length());
    }
}

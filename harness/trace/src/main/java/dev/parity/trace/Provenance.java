package dev.parity.trace;

import dev.parity.trace.internal.Words;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/// How a run came about. A key that is absent is unknown.
///
/// @param source `recorded`, or the name of the importer that read a log
/// @param comparability what two runs must share to be compared, by the keys below
/// @param underTest what a comparison is about: backend, device, driver, numeric mode, library versions
/// @param context clocks, hosts and paths; never part of a digest
public record Provenance(
        String source,
        SortedMap<String, String> comparability,
        SortedMap<String, String> underTest,
        SortedMap<String, String> context) {
    /// Source of what this program recorded.
    public static final String RECORDED = "recorded";

    /// SHA-256 of the training part of the scenario.
    public static final String SCENARIO = "scenario";
    /// SHA-256 of the training step's program.
    public static final String PROGRAM = "program";
    /// Seed of every random stream.
    public static final String SEED = "seed";
    /// SHA-256 over the data and the order of its first epoch.
    public static final String DATA_ORDER = "data-order";
    /// SHA-256 of the initial weights in FP32.
    public static final String INITIAL_WEIGHTS = "initial-weights";
    /// Compute type of the model.
    public static final String DTYPE = "dtype";
    /// Number of ranks.
    public static final String WORLD = "world";
    /// Ranks in an expert-parallel group.
    public static final String EP_SIZE = "ep-size";
    /// Optimizer and its settings, schedule and clipping included.
    public static final String OPTIMIZER = "optimizer";
    /// Algorithm of the loss scaler.
    public static final String LOSS_SCALER = "loss-scaler";
    /// Settings of the loss scaler.
    public static final String LOSS_SCALER_SETTINGS = "loss-scaler-settings";
    /// Stage of the ZeRO optimizer, 0 without it.
    public static final String ZERO_STAGE = "zero-stage";
    /// `train` or `eval`.
    public static final String EVALUATION_MODE = "evaluation-mode";
    /// Number of the net's layers.
    public static final String LAYERS = "layers";
    /// Width of the net's layers.
    public static final String HIDDEN_SIZE = "hidden-size";
    /// Key: number of attention heads of a layer.
    public static final String HEADS = "heads";

    /// Number of experts of a layer.
    public static final String EXPERTS = "experts";
    /// Tokens of a sample.
    public static final String SEQUENCE_LENGTH = "sequence-length";
    /// Samples of a step, of all ranks.
    public static final String BATCH_SIZE = "batch-size";
    /// Samples of a rank at once.
    public static final String MICRO_BATCH_SIZE = "micro-batch-size";
    /// Steps that the run was planned for.
    public static final String TOTAL_ITERATIONS = "total-iterations";

    /// Backend that computed the run.
    public static final String BACKEND = "backend";
    /// Its numeric mode.
    public static final String MODE = "mode";
    /// Its device and driver.
    public static final String DEVICE = "device";
    /// Version of DeepSpeed, under test.
    public static final String DEEPSPEED = "deepspeed";
    /// Version of PyTorch, under test.
    public static final String TORCH = "torch";
    /// The fault that was planted, under test; absent where none was.
    public static final String FAULT = "fault";
    /// The scenario's name, in the context.
    public static final String SCENARIO_NAME = "scenario-name";
    /// The scenario's keys that were overridden, in the context; absent where none was.
    public static final String OVERRIDES = "overrides";

    /// Before a key's name, in the context: the file and line that say the key's value.
    public static final String ORIGIN_OF = "origin of ";

    /// Copies the maps.
    public Provenance {
        Objects.requireNonNull(source, "a provenance needs a source");
        comparability = copy(comparability);
        underTest = copy(underTest);
        context = copy(context);
    }

    /// Makes a provenance.
    ///
    /// @param source `recorded`, or the name of an importer
    /// @param comparability what two runs must share
    /// @param underTest what a comparison is about
    /// @param context clocks, hosts and paths
    /// @return the provenance
    public static Provenance of(
            String source,
            Map<String, String> comparability,
            Map<String, String> underTest,
            Map<String, String> context) {
        return new Provenance(source, new TreeMap<>(comparability), new TreeMap<>(underTest), new TreeMap<>(context));
    }

    /// Returns how the run's optimizer is set.
    ///
    /// @return settings, each possibly unknown
    /// @throws IllegalArgumentException if a number is none
    public OptimizerSettings optimizer() {
        return OptimizerSettings.read(comparability);
    }

    /// Returns how the run's loss scaler is set.
    ///
    /// @return settings, each possibly unknown
    /// @throws IllegalArgumentException if a number is none
    public ScalerSettings scaler() {
        return ScalerSettings.read(comparability);
    }

    /// How two runs agree on a key.
    public enum Agreement {
        /// Both know it, and all that both know of it is equal.
        SAME,
        /// Neither knows it.
        UNKNOWN,
        /// One run knows it, or knows more of it, and nothing that both know differs.
        ONE_SIDED,
        /// Both know it and differ.
        DIFFERENT
    }

    /// Compares what two runs say of a comparability key. Of optimizer and scaler, whose settings may be known
    /// in part, setting by setting.
    ///
    /// @param key one of those above, or another
    /// @param other the other run's provenance
    /// @return how they agree
    public Agreement agreement(String key, Provenance other) {
        String mine = comparability.getOrDefault(key, "");
        String its = other.comparability.getOrDefault(key, "");
        if (mine.equals(its)) {
            return mine.isEmpty() ? Agreement.UNKNOWN : Agreement.SAME;
        }
        if (mine.isEmpty() || its.isEmpty()) {
            return Agreement.ONE_SIDED;
        }
        boolean settings = key.equals(OPTIMIZER) || key.equals(LOSS_SCALER_SETTINGS);
        return settings && !Words.of(mine).contradicts(Words.of(its)) ? Agreement.ONE_SIDED : Agreement.DIFFERENT;
    }

    /// Adds to the context.
    ///
    /// @param more what was measured on the way
    /// @return the provenance with both
    Provenance with(Map<String, String> more) {
        SortedMap<String, String> all = new TreeMap<>(context);
        all.putAll(more);
        return new Provenance(source, comparability, underTest, all);
    }

    private static SortedMap<String, String> copy(SortedMap<String, String> map) {
        if (map == null || map.containsValue(null)) {
            throw new IllegalArgumentException("a provenance needs its three maps, without null");
        }
        return Collections.unmodifiableSortedMap(new TreeMap<>(map));
    }
}

package dev.parity.trace.internal.logs;

import dev.parity.trace.Provenance;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a log says of how its run came about: the arguments that Megatron and DeepSpeed print with dots, a
/// command, the summary of Hugging Face's Trainer, and versions.
final class FactLines implements LineReader {
    /// Keys of the provenance, by the names of arguments.
    private static final Map<String, String> KEYS = Map.ofEntries(
            Map.entry("num_layers", Provenance.LAYERS),
            Map.entry("hidden_size", Provenance.HIDDEN_SIZE),
            Map.entry("num_attention_heads", Provenance.HEADS),
            Map.entry("num_experts", Provenance.EXPERTS),
            Map.entry("num_moe_experts", Provenance.EXPERTS),
            Map.entry("seq_length", Provenance.SEQUENCE_LENGTH),
            Map.entry("max_seq_len", Provenance.SEQUENCE_LENGTH),
            Map.entry("seed", Provenance.SEED),
            Map.entry("world_size", Provenance.WORLD),
            Map.entry("global_batch_size", Provenance.BATCH_SIZE),
            Map.entry("train_batch_size", Provenance.BATCH_SIZE),
            Map.entry("micro_batch_size", Provenance.MICRO_BATCH_SIZE),
            Map.entry("train_micro_batch_size_per_gpu", Provenance.MICRO_BATCH_SIZE),
            Map.entry("per_device_train_batch_size", Provenance.MICRO_BATCH_SIZE),
            Map.entry("train_iters", Provenance.TOTAL_ITERATIONS),
            Map.entry("zero_stage", Provenance.ZERO_STAGE),
            Map.entry("zero_optimization_stage", Provenance.ZERO_STAGE),
            Map.entry("expert_model_parallel_size", Provenance.EP_SIZE));

    /// Settings of optimizer and scaler, by the names of arguments.
    private static final Map<String, String> SETTINGS = Map.ofEntries(
            Map.entry("optimizer", "optimizer.rule"),
            Map.entry("optimizer_name", "optimizer.rule"),
            Map.entry("optimizer_type", "optimizer.rule"),
            Map.entry("lr", "optimizer.lr"),
            Map.entry("learning_rate", "optimizer.lr"),
            Map.entry("adam_beta1", "optimizer.beta1"),
            Map.entry("adam_beta2", "optimizer.beta2"),
            Map.entry("adam_eps", "optimizer.epsilon"),
            Map.entry("eps", "optimizer.epsilon"),
            Map.entry("weight_decay", "optimizer.weightDecay"),
            Map.entry("sgd_momentum", "optimizer.momentum"),
            Map.entry("momentum", "optimizer.momentum"),
            Map.entry("clip_grad", "optimizer.clip"),
            Map.entry("gradient_clipping", "optimizer.clip"),
            Map.entry("lr_decay_style", "optimizer.schedule"),
            Map.entry("scheduler_name", "optimizer.schedule"),
            Map.entry("lr_scheduler_type", "optimizer.schedule"),
            Map.entry("warmup_min_lr", "optimizer.warmupMinLr"),
            Map.entry("warmup_max_lr", "optimizer.warmupMaxLr"),
            Map.entry("warmup_num_steps", "optimizer.warmupSteps"),
            Map.entry("num_warmup_steps", "optimizer.warmupSteps"),
            Map.entry("lr_warmup_iters", "optimizer.warmupSteps"),
            Map.entry("init_scale", "loss-scaler-settings.initial"),
            Map.entry("scale_window", "loss-scaler-settings.window"),
            Map.entry("delayed_shift", "loss-scaler-settings.hysteresis"),
            Map.entry("min_scale", "loss-scaler-settings.min"));

    /// Settings in braces, and the precision.
    private static final Set<String> OTHERS = Set.of(
            "dynamic_loss_scale_args",
            "optimizer_params",
            "scheduler_params",
            "fp16",
            "bf16",
            "fp16_enabled",
            "bfloat16_enabled");

    private static final Map<String, String> SUMMARY = Map.of(
            "Total optimization steps", Provenance.TOTAL_ITERATIONS,
            "Instantaneous batch size per device", Provenance.MICRO_BATCH_SIZE,
            "Total train batch size (w. parallel, distributed & accumulation)", Provenance.BATCH_SIZE);

    /// GPT-NeoX writes more dots behind a value, and whether it is the default.
    private static final Pattern ARGUMENT =
            Pattern.compile("(?:^\\s{0,20}|print\\]\\s{1,9})([a-z]\\w{1,60}) (?:\\.{1,80} ?|(?<=\\w{28} ) ?)"
                    + "\\s{0,4}(\\S.{0,2000}?)(?:\\.{2,80}(?:updated|default))?\\s*$");
    private static final Pattern OPTION = Pattern.compile("--([a-z][\\w-]{1,60})[ =]([^\\s-]\\S{0,200})");
    private static final Pattern ENTRY = Pattern.compile("'(\\w{1,60})': (\\[[^\\]]{0,200}\\]|[^,}]{1,200})");
    private static final Pattern PAIR = Pattern.compile("\\[([^,\\]]{1,40}), ([^,\\]]{1,40})\\]");
    private static final Pattern TRAINER = Pattern.compile(
            "^\\s{0,9}(?:\\[INFO\\|[^\\]]{0,100}\\] [^>]{0,60}>>\\s{1,9})?([A-Z][^=]{3,80}) = ([0-9,]{1,20})\\s*$");
    private static final Pattern VERSION = Pattern.compile("DeepSpeed info: version=([^\\s,]{1,60})");
    private static final Pattern TORCH = Pattern.compile("torch version \\.{2,40} (\\S{1,60})");
    private static final Pattern ACCELERATOR = Pattern.compile("Setting ds_accelerator to (\\w{1,20})");
    private static final Pattern WORLD = Pattern.compile("(?:using world size: |dist_world_size=)(\\d{1,9})");
    private static final Pattern STAGE = Pattern.compile("\\[stage([123])\\.py:");
    private static final String COMMAND = "cmd = ";

    private final Reading reading;
    private final Settings settings;

    FactLines(Reading reading, Settings settings) {
        this.reading = reading;
        this.settings = settings;
    }

    @Override
    public List<String> words() {
        List<String> words = new ArrayList<>(List.of(
                "DeepSpeed info: version=",
                "torch version ..",
                "Setting ds_accelerator",
                "using world size: ",
                "dist_world_size=",
                "[stage1.py:",
                "[stage2.py:",
                "[stage3.py:",
                COMMAND));
        for (Set<String> names : List.of(KEYS.keySet(), SETTINGS.keySet(), OTHERS)) {
            names.forEach(name -> words.add(name.length() < 5 ? name + " ..." : name + " "));
        }
        SUMMARY.keySet().forEach(name -> words.add(name + " = "));
        return words;
    }

    @Override
    public void read(Text line) {
        String text = line.text();
        String origin = line.origin();
        if (text.contains(" ..") || text.contains("print]")) {
            Matcher matcher = ARGUMENT.matcher(text);
            if (matcher.find()) {
                argument(matcher.group(1), matcher.group(2), origin);
            }
        } else if (text.contains(" = ")) {
            if (text.contains(COMMAND)) {
                Matcher matcher = OPTION.matcher(text);
                while (matcher.find()) {
                    argument(matcher.group(1).replace('-', '_'), matcher.group(2), origin);
                }
            }
            Matcher matcher = TRAINER.matcher(text);
            if (matcher.find() && SUMMARY.containsKey(matcher.group(1).strip())) {
                reading.fact(
                        SUMMARY.get(matcher.group(1).strip()), matcher.group(2).replace(",", ""), false, origin);
            }
        }
        fact(text, "DeepSpeed info", VERSION, Provenance.DEEPSPEED, true, origin);
        fact(text, "torch version", TORCH, Provenance.TORCH, true, origin);
        fact(text, "ds_accelerator", ACCELERATOR, Provenance.DEVICE, true, origin);
        fact(text, "world", WORLD, Provenance.WORLD, false, origin);
        fact(text, "[stage", STAGE, Provenance.ZERO_STAGE, false, origin);
    }

    private void fact(String text, String word, Pattern pattern, String key, boolean underTest, String origin) {
        if (text.contains(word)) {
            Matcher matcher = pattern.matcher(text);
            if (matcher.find()) {
                reading.fact(key, matcher.group(1), underTest, origin);
            }
        }
    }

    private void argument(String name, String value, String origin) {
        if (value.equals("None")) {
            return;
        }
        if (KEYS.containsKey(name)) {
            reading.fact(KEYS.get(name), value, false, origin);
        } else if (OTHERS.contains(name) || (SETTINGS.containsKey(name) && value.startsWith("{"))) {
            other(name, value, origin);
        } else if (SETTINGS.containsKey(name)) {
            settings.add(SETTINGS.get(name), value.toLowerCase(Locale.ROOT), origin);
        }
    }

    private void other(String name, String value, String origin) {
        if (value.startsWith("{")) {
            Matcher matcher = ENTRY.matcher(value);
            while (matcher.find()) {
                entry(matcher.group(1), matcher.group(2), origin);
            }
        } else if (value.equals("True")) {
            reading.fact(Provenance.DTYPE, name.startsWith("fp16") ? "fp16" : "bf16", false, origin);
        }
    }

    private void entry(String name, String value, String origin) {
        Matcher pair = PAIR.matcher(value);
        if (name.equals("betas") && pair.matches()) {
            settings.add("optimizer.beta1", pair.group(1), origin);
            settings.add("optimizer.beta2", pair.group(2), origin);
        } else if (SETTINGS.containsKey(name)) {
            settings.add(SETTINGS.get(name), value, origin);
        }
    }

    @Override
    public void end() {
        settings.end(reading);
    }
}

package dev.parity.trace.internal;

import dev.parity.trace.Evaluation;
import dev.parity.trace.LogImporter;
import dev.parity.trace.LossPoint;
import dev.parity.trace.Provenance;
import dev.parity.trace.RunTrace;
import dev.parity.trace.ScaleEvent;
import dev.parity.trace.TraceFormatException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The standard output of DeepSpeed's CIFAR example: loss lines, the lines of both loss scalers,
/// evaluations.
///
/// Every rank may print each line; what is repeated counts once. A scaler's line stands between two loss
/// lines and seldom names its iteration, so an event is placed after the last loss line before it.
public final class DeepSpeedLog implements LogImporter {
    private static final String NUMBER = "([0-9.eE+-]+|nan|inf|-inf)";
    private static final Pattern LOSS = Pattern.compile("^\\[\\s*(\\d+),\\s*(\\d+)] loss: (\\S+)\\s*$");
    private static final Pattern ZERO =
            Pattern.compile("OVERFLOW! (?:Rank (\\d+) )?Skipping step\\. Attempted loss scale: " + NUMBER
                    + ",? (?:reducing to " + NUMBER + "|but hysteresis is (\\d+)\\. Reducing hysteresis to (\\d+))");
    private static final Pattern UNFUSED = Pattern.compile(
            "(?:fp16 dynamic loss scale overflow!|Overflow detected\\.) Skipping step\\. Attempted loss scale: "
                    + NUMBER + ", reducing to " + NUMBER);
    private static final Pattern REDUCING =
            Pattern.compile("Reducing dynamic loss scale from " + NUMBER + " to " + NUMBER);
    private static final Pattern GREW =
            Pattern.compile("Increasing dynamic loss scale from " + NUMBER + " to " + NUMBER);
    private static final Pattern ITERATION = Pattern.compile("Grad overflow on iteration:? (\\d+)");
    private static final Pattern OVERALL =
            Pattern.compile("^Accuracy of the network on the (\\d+) test images: (\\d+) %\\s*$");
    private static final Pattern CLASS = Pattern.compile("^Accuracy of\\s+(\\S+) : (\\d+) %\\s*$");
    private static final Pattern PROGRESS =
            Pattern.compile("\\[?[Rr]ank[ :](\\d+)]? step=(\\d+), skipped=(\\d+), lr=\\[([^\\]]*)]");
    private static final String FINISHED = "Finished Training";

    /// The only public constructor.
    public DeepSpeedLog() {}

    @Override
    public String format() {
        return "deepspeed-cifar";
    }

    @Override
    public boolean recognises(List<String> lines) {
        return lines.stream()
                .anyMatch(line -> LOSS.matcher(line).find()
                        || ZERO.matcher(line).find()
                        || UNFUSED.matcher(line).find()
                        || OVERALL.matcher(line).find());
    }

    @Override
    public RunTrace read(String name, List<String> lines) {
        Reading reading = new Reading(name);
        for (int i = 0; i < lines.size(); i++) {
            try {
                reading.line(lines.get(i), i + 1);
            } catch (NumberFormatException problem) {
                throw new TraceFormatException(
                        "%s:%d: expected numbers, found '%s'".formatted(name, i + 1, lines.get(i)), problem);
            }
        }
        return reading.trace();
    }

    private static double number(String text) {
        String sign = text.startsWith("-") ? "-" : "";
        return switch (text.substring(sign.length()).toLowerCase(Locale.ROOT)) {
            case "nan" -> Double.NaN;
            case "inf", "infinity" -> sign.isEmpty() ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    /// One file being read.
    private static final class Reading {
        private final String name;
        private final List<LossPoint> losses = new ArrayList<>();
        private final List<ScaleEvent> events = new ArrayList<>();
        private final List<Evaluation.Score> overall = new ArrayList<>();
        private final List<String> overallOrigins = new ArrayList<>();
        private final List<Map<String, Evaluation.Score>> classes = new ArrayList<>();
        private final List<String> notes = new ArrayList<>();
        private Optional<String> scaler = Optional.empty();
        private Optional<Long> iteration = Optional.empty();
        private int finished;
        private int repeated;

        Reading(String name) {
            this.name = name;
        }

        void line(String text, int number) {
            String origin = name + ":" + number;
            Matcher matcher = LOSS.matcher(text);
            if (matcher.find()) {
                loss(matcher, origin);
            }
            matcher = ZERO.matcher(text);
            while (matcher.find()) {
                zero(matcher, origin);
            }
            matcher = ITERATION.matcher(text);
            while (matcher.find()) {
                scaler = Optional.of("unfused");
                iteration = Optional.of(Long.parseLong(matcher.group(1)));
            }
            for (Pattern pattern : List.of(UNFUSED, REDUCING)) {
                matcher = pattern.matcher(text);
                while (matcher.find()) {
                    unfused(ScaleEvent.Kind.REDUCED, matcher, origin);
                }
            }
            matcher = GREW.matcher(text);
            while (matcher.find()) {
                unfused(ScaleEvent.Kind.GREW, matcher, origin);
            }
            evaluation(text, origin);
            finished += text.strip().equals(FINISHED) ? 1 : 0;
            matcher = PROGRESS.matcher(text);
            if (matcher.find()) {
                notes.add("%s: step %s, %s steps skipped, lr %s"
                        .formatted(origin, matcher.group(2), matcher.group(3), matcher.group(4)));
            }
        }

        private void loss(Matcher matcher, String origin) {
            int epoch = Integer.parseInt(matcher.group(1));
            long step = Long.parseLong(matcher.group(2));
            if (losses.stream().anyMatch(earlier -> earlier.epoch() == epoch && earlier.step() == step)) {
                repeated++;
                return;
            }
            double value = number(matcher.group(3));
            double quantum = Double.isFinite(value)
                    ? new BigDecimal(matcher.group(3)).ulp().doubleValue()
                    : 0;
            losses.add(new LossPoint(epoch, step, value, 0, quantum, origin));
        }

        private void zero(Matcher matcher, String origin) {
            scaler = Optional.of("zero");
            boolean first = matcher.group(1) == null || matcher.group(1).equals("0");
            if (!first) {
                repeated++;
                return;
            }
            double from = number(matcher.group(2));
            boolean reduced = matcher.group(3) != null;
            add(
                    reduced ? ScaleEvent.Kind.REDUCED : ScaleEvent.Kind.HYSTERESIS,
                    from,
                    reduced ? number(matcher.group(3)) : from,
                    origin);
        }

        /// This scaler never makes the same change twice in a row, so a repetition comes from another rank
        /// or line.
        private void unfused(ScaleEvent.Kind kind, Matcher matcher, String origin) {
            scaler = Optional.of("unfused");
            double from = number(matcher.group(1));
            double to = number(matcher.group(2));
            if (!events.isEmpty()
                    && events.getLast().from() == from
                    && events.getLast().to() == to) {
                repeated++;
                return;
            }
            add(kind, from, to, origin);
        }

        private void add(ScaleEvent.Kind kind, double from, double to, String origin) {
            int epoch = losses.isEmpty() ? 0 : losses.getLast().epoch();
            boolean exact = iteration.isPresent() && kind == ScaleEvent.Kind.REDUCED;
            long step = exact
                    ? iteration.get()
                    : losses.isEmpty() ? 0 : losses.getLast().step();
            events.add(new ScaleEvent(epoch, step, exact, kind, from, to, origin));
            iteration = Optional.empty();
        }

        private void evaluation(String text, String origin) {
            Matcher matcher = OVERALL.matcher(text);
            if (matcher.find()) {
                int items = Integer.parseInt(matcher.group(1));
                overall.add(new Evaluation.Score(Integer.parseInt(matcher.group(2)), 1, items));
                overallOrigins.add(origin);
                return;
            }
            matcher = CLASS.matcher(text);
            if (matcher.find()) {
                String label = matcher.group(1);
                // ranks may interleave: a line belongs to the first rank that lacks its class
                Map<String, Evaluation.Score> rank = classes.stream()
                        .filter(each -> !each.containsKey(label))
                        .findFirst()
                        .orElseGet(() -> {
                            classes.add(new LinkedHashMap<>());
                            return classes.getLast();
                        });
                rank.put(label, new Evaluation.Score(Integer.parseInt(matcher.group(2)), 1, 0));
            }
        }

        RunTrace trace() {
            Map<String, String> keys = new LinkedHashMap<>();
            scaler.ifPresent(algorithm -> {
                keys.put(Provenance.LOSS_SCALER, algorithm);
                keys.put(Provenance.DTYPE, "fp16");
            });
            if (finished > 0) {
                keys.put(Provenance.WORLD, String.valueOf(finished));
            }
            if (repeated > 0) {
                notes.add("%s: %d lines repeated by other ranks were counted once".formatted(name, repeated));
            }
            Provenance provenance = Provenance.of("deepspeed-cifar", keys, Map.of(), Map.of("file", name));
            List<Evaluation> evaluations = overall.isEmpty() && classes.isEmpty()
                    ? List.of()
                    : List.of(new Evaluation(0, "", List.of(), ranks()));
            return new RunTrace(
                    name, provenance, List.of(), losses, events, evaluations, notes, List.of(), Optional.empty());
        }

        private List<Evaluation.Rank> ranks() {
            List<Evaluation.Rank> ranks = new ArrayList<>();
            for (int rank = 0; rank < Math.max(overall.size(), classes.size()); rank++) {
                Evaluation.Score score =
                        rank < overall.size() ? overall.get(rank) : new Evaluation.Score(Double.NaN, 0, 0);
                List<Evaluation.ClassScore> scores = new ArrayList<>();
                if (rank < classes.size()) {
                    // CIFAR-10's test set holds each class equally often
                    int items = score.items() / classes.get(rank).size();
                    classes.get(rank)
                            .forEach((label, found) -> scores.add(new Evaluation.ClassScore(
                                    label, new Evaluation.Score(found.percent(), found.quantum(), items))));
                }
                ranks.add(new Evaluation.Rank(
                        rank, score, scores, List.of(), rank < overall.size() ? overallOrigins.get(rank) : null));
            }
            return ranks;
        }
    }
}

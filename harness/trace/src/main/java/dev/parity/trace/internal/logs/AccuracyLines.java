package dev.parity.trace.internal.logs;

import dev.parity.trace.Evaluation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The accuracies that DeepSpeed's CIFAR example prints. Within an evaluation ranks repeat each other's lines;
/// training between accuracy lines begins another.
final class AccuracyLines implements LineReader {
    private static final Pattern OVERALL =
            Pattern.compile("Accuracy of the network on the (\\d{1,9}) test images: (\\d{1,9}) %");
    private static final Pattern CLASS = Pattern.compile("Accuracy of\\s{1,9}(\\S{1,100}) : (\\d{1,9}) %");
    private static final String START = "Accuracy of";
    /// More ranks or classes than anyone trains with are no evaluation.
    private static final int MOST = 100_000;

    private final Reading reading;
    private final List<Evaluation.Score> overall = new ArrayList<>();
    private final List<String> origins = new ArrayList<>();
    private final List<Map<String, Evaluation.Score>> classes = new ArrayList<>();
    private final Map<String, Integer> ranksOfClass = new HashMap<>();
    private long stamp;
    private long step;
    private int lines;

    AccuracyLines(Reading reading) {
        this.reading = reading;
    }

    @Override
    public List<String> words() {
        return List.of(START);
    }

    @Override
    public void read(Text line) {
        String text = line.text();
        for (int at = text.indexOf(START); at >= 0; at = text.indexOf(START, at + 1)) {
            if (stamp != reading.stamp()) {
                end();
                stamp = reading.stamp();
                step = reading.step();
            }
            lines++;
            if (lines > MOST || !accuracy(text, at, line.origin())) {
                reading.unread(line);
            }
        }
    }

    private boolean accuracy(String text, int at, String origin) {
        Matcher all = OVERALL.matcher(text).region(at, text.length());
        if (all.lookingAt()) {
            int items = Integer.parseInt(all.group(1));
            int percent = Integer.parseInt(all.group(2));
            if (percent > 100) {
                return false;
            }
            overall.add(new Evaluation.Score(percent, 1, items));
            origins.add(origin);
            return true;
        }
        Matcher one = CLASS.matcher(text).region(at, text.length());
        if (!one.lookingAt() || Integer.parseInt(one.group(2)) > 100) {
            return false;
        }
        ofClass(one.group(1), new Evaluation.Score(Integer.parseInt(one.group(2)), 1, 0));
        return true;
    }

    /// Adds a class; ranks may interleave: a line belongs to the first rank that lacks its class.
    private void ofClass(String label, Evaluation.Score score) {
        int rank = ranksOfClass.merge(label, 1, Integer::sum) - 1;
        if (rank == classes.size()) {
            classes.add(new LinkedHashMap<>());
        }
        classes.get(rank).put(label, score);
    }

    /// Ends an evaluation; it stands at the step printed last before it.
    @Override
    public void end() {
        if (!overall.isEmpty() || !classes.isEmpty()) {
            reading.tell(new Evaluation(step, "", List.of(), ranks()));
        }
        overall.clear();
        origins.clear();
        classes.clear();
        ranksOfClass.clear();
        lines = 0;
    }

    private List<Evaluation.Rank> ranks() {
        List<Evaluation.Rank> ranks = new ArrayList<>();
        for (int rank = 0; rank < Math.max(overall.size(), classes.size()); rank++) {
            boolean known = rank < overall.size();
            Evaluation.Score score = known ? overall.get(rank) : new Evaluation.Score(Double.NaN, 0, 0);
            List<Evaluation.ClassScore> scores = new ArrayList<>();
            if (rank < classes.size()) {
                // CIFAR-10's test set holds each class equally often
                int items = score.items() / classes.get(rank).size();
                classes.get(rank)
                        .forEach((label, found) -> scores.add(new Evaluation.ClassScore(
                                label, new Evaluation.Score(found.percent(), found.quantum(), items))));
            }
            ranks.add(new Evaluation.Rank(rank, score, scores, List.of(), known ? origins.get(rank) : null));
        }
        return ranks;
    }
}

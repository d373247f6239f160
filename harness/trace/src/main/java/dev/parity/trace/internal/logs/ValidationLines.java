package dev.parity.trace.internal.logs;

import dev.parity.trace.Series;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Megatron's lines ` validation loss at iteration 100 | lm loss value: 8.1E+00 | lm loss PPL: 3.3E+03 |`.
final class ValidationLines implements LineReader {
    private static final Pattern START =
            Pattern.compile("validation loss at (?:iteration (\\d{1,18})|the end of training)([^|]{0,200})\\|");
    private static final String VALUE = " loss value";

    private final Reading reading;

    ValidationLines(Reading reading) {
        this.reading = reading;
    }

    @Override
    public List<String> words() {
        return List.of("validation loss at ");
    }

    @Override
    public void read(Text line) {
        String text = line.text();
        if (!text.contains("validation loss at ")) {
            return;
        }
        Matcher start = START.matcher(text);
        if (!start.find()) {
            reading.unread(line);
            return;
        }
        try {
            long step = start.group(1) == null ? reading.step() : Long.parseLong(start.group(1));
            Fields fields = new Fields();
            fields.add(text, start.end(), text.length());
            boolean test = start.group(2).contains("test");
            boolean read = false;
            for (Map.Entry<String, String> field : fields.values().entrySet()) {
                String series = series(field.getKey(), test);
                if (!series.isEmpty()) {
                    reading.value(series, reading.epoch(), step, field.getValue(), 0, line);
                    read = true;
                }
            }
            if (!read || !fields.isClosed()) {
                reading.unread(line);
            }
        } catch (NumberFormatException torn) {
            reading.unread(line);
        }
    }

    private static String series(String name, boolean test) {
        String loss = test ? Series.TEST_LOSS : Series.VALIDATION_LOSS;
        if (name.equals("lm loss value")) {
            return loss;
        }
        if (name.equals("lm loss ppl")) {
            return test ? "" : Series.VALIDATION_PERPLEXITY;
        }
        return name.endsWith(VALUE)
                ? loss + "/" + name.substring(0, name.length() - VALUE.length()).replace(' ', '-')
                : "";
    }
}

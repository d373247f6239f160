package dev.parity.importers;

import dev.parity.trace.ColumnMap;
import dev.parity.trace.LogImporter;
import dev.parity.trace.LogSource;
import dev.parity.trace.TraceRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// Metrics as MLflow's file store keeps them: a file for each, named as the metric, with a line for each value:
/// time in milliseconds, value, step. The files of one folder make up a run.
public final class MlflowMetric implements LogImporter {
    private static final Pattern LINE = Pattern.compile("\\d{10,19} (\\S{1,60}) (\\d{1,18})");

    private final ColumnMap map;

    /// Looks for the usual names.
    public MlflowMetric() {
        this(ColumnMap.USUAL);
    }

    private MlflowMetric(ColumnMap map) {
        this.map = map;
    }

    @Override
    public String format() {
        return "mlflow";
    }

    @Override
    public String contents() {
        return "files of MLflow's store, one a metric; a folder of them is a run";
    }

    @Override
    public String example() {
        return "1700000000000 0.6931 20";
    }

    @Override
    public boolean hasColumns() {
        return true;
    }

    @Override
    public LogImporter with(ColumnMap columns) {
        return new MlflowMetric(columns);
    }

    @Override
    public double confidence(List<String> sample) {
        return sample.stream().limit(20).allMatch(line -> LINE.matcher(line).matches()) ? 0.9 : 0;
    }

    @Override
    public boolean isPart(String name) {
        return map.columns().containsValue(name)
                || (!name.contains(".") && Columns.usualSeries(name).isPresent());
    }

    @Override
    public void read(LogSource source, Consumer<TraceRecord> found) {
        TwoPasses.readBytes(source, TwoPasses.Quantum.FINEST, this::pass, found);
    }

    private void pass(LogSource source, Consumer<TraceRecord> found) {
        Table table = new Table(source.name(), map, found);
        Unread unread = new Unread("lines");
        for (Path part : source.parts()) {
            String metric = String.valueOf(part.getFileName());
            table.columns(List.of(ColumnMap.STEP, metric), metric);
            try (LogSource lines = LogSource.open(part)) {
                for (Optional<LogSource.Line> line = lines.next(); line.isPresent(); line = lines.next()) {
                    String text = line.get().text();
                    if (LINE.matcher(text).matches()) {
                        String[] words = text.split(" ", -1);
                        table.row(
                                name -> name.equals(metric) ? words[1] : name.equals(ColumnMap.STEP) ? words[2] : "",
                                line.get().origin());
                    } else if (!text.isBlank()) {
                        unread.add(line.get().origin(), text, "time, value and step");
                    }
                }
                lines.gaps().forEach(gap -> found.accept(new TraceRecord.Note(gap, true)));
            }
        }
        unread.tell(found);
        table.complete();
        table.end();
    }
}

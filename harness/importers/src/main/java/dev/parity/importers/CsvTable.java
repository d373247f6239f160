package dev.parity.importers;

import dev.parity.trace.ColumnMap;
import dev.parity.trace.LogImporter;
import dev.parity.trace.LogSource;
import dev.parity.trace.TraceFormatException;
import dev.parity.trace.TraceRecord;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/// Tables with a header: of Lightning's CSVLogger, exports of Weights & Biases and of MLflow, or any other.
///
/// A table of the columns key, value and step holds one number a row, as MLflow keeps its metrics.
public final class CsvTable implements LogImporter {
    private static final Set<String> KEY_VALUE = Set.of("key", "value", ColumnMap.STEP);

    private final ColumnMap map;

    /// Looks for the usual names.
    public CsvTable() {
        this(ColumnMap.USUAL);
    }

    private CsvTable(ColumnMap map) {
        this.map = map;
    }

    @Override
    public String format() {
        return "csv";
    }

    @Override
    public String contents() {
        return "tables with a header: Lightning, Weights & Biases, MLflow, or any with --map";
    }

    @Override
    public String example() {
        return "epoch,step,train_loss ⏎ 0,49,0.6349";
    }

    @Override
    public boolean hasColumns() {
        return true;
    }

    @Override
    public LogImporter with(ColumnMap columns) {
        return new CsvTable(columns);
    }

    @Override
    public double confidence(List<String> sample) {
        List<String> header = header(sample);
        if (header.size() < 2) {
            return 0;
        }
        if (header.containsAll(KEY_VALUE)) {
            return 0.8;
        }
        Columns columns = new Columns(map);
        try {
            columns.bind(header);
        } catch (IllegalArgumentException _) {
            return 0.8; // reading says which two columns hold the same
        }
        boolean placed = columns.of(ColumnMap.STEP).isPresent()
                || columns.of(ColumnMap.EPOCH).isPresent();
        return placed && !columns.series().isEmpty() && columns.missing().isEmpty() ? 0.8 : 0;
    }

    @Override
    public Optional<String> complaint(String name, List<String> sample) {
        List<String> header = header(sample);
        Csv csv = Csv.of(sample.getFirst());
        boolean table = header.size() > 1
                && sample.stream().limit(10).allMatch(line -> csv.cells(line).size() == header.size());
        return table ? Optional.of(Table.unusable(name, header, map)) : Optional.empty();
    }

    private static List<String> header(List<String> sample) {
        String first = withoutMark(sample.getFirst());
        boolean text = first.chars().noneMatch(each -> each < ' ' && each != '\t') && !first.startsWith("{");
        return text ? Csv.of(first).cells(first) : List.of();
    }

    /// A byte order mark stands before the first column's name.
    private static String withoutMark(String text) {
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    @Override
    public void read(LogSource source, Consumer<TraceRecord> found) {
        TwoPasses.readLines(source, TwoPasses.Quantum.FINEST, this::pass, found);
    }

    private void pass(LogSource source, Consumer<TraceRecord> found) {
        LogSource.Line first = source.next()
                .orElseThrow(() ->
                        new TraceFormatException("%s is empty, expected a header of columns".formatted(source.name())));
        String line = withoutMark(first.text());
        Csv csv = Csv.of(line);
        List<String> header = csv.cells(line);
        if (new LinkedHashSet<>(header).size() < header.size()) {
            throw new TraceFormatException("%s: found two columns of one name in the header '%s'"
                    .formatted(first.origin(), Unread.excerpt(line)));
        }
        Map<String, Integer> places = places(header);
        boolean keyed = header.containsAll(KEY_VALUE);
        Table table = new Table(source.name(), map, found);
        if (!keyed) {
            table.columns(header, first.origin());
            table.complete();
        }
        Unread unread = new Unread("rows");
        for (Optional<Csv.Row> row = csv.next(source); row.isPresent(); row = csv.next(source)) {
            List<String> cells = row.get().cells();
            String origin = row.get().origin();
            if (cells.equals(header)) {
                continue; // of a run that went on with its file
            }
            if (cells.size() != header.size() || !row.get().whole()) {
                unread.add(origin, String.join(",", cells), "%d cells".formatted(header.size()));
            } else {
                UnaryOperator<String> named = name -> {
                    Integer at = places.get(name);
                    return at == null ? "" : cells.get(at);
                };
                if (keyed) {
                    String key = named.apply("key");
                    table.columns(key.equals(ColumnMap.STEP) ? Set.of(key) : Set.of(ColumnMap.STEP, key), origin);
                    table.row(
                            name -> name.equals(ColumnMap.STEP)
                                    ? named.apply(name)
                                    : name.equals(key) ? named.apply("value") : "",
                            origin);
                } else {
                    table.row(named, origin);
                }
            }
        }
        if (keyed) {
            table.complete();
        }
        unread.tell(found);
        table.end();
    }

    private static Map<String, Integer> places(List<String> header) {
        Map<String, Integer> places = HashMap.newHashMap(header.size());
        for (int i = 0; i < header.size(); i++) {
            places.put(header.get(i), i);
        }
        return places;
    }
}

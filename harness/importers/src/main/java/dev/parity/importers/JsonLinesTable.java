package dev.parity.importers;

import dev.parity.trace.ColumnMap;
import dev.parity.trace.LogImporter;
import dev.parity.trace.LogSource;
import dev.parity.trace.Provenance;
import dev.parity.trace.TraceFormatException;
import dev.parity.trace.TraceRecord;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;

/// JSON Lines: an object a line, such as LLaMA-Factory's `trainer_log.jsonl` or the history of a run from Weights &
/// Biases. The fields of an object within are `outer/inner`; lists are left out.
public final class JsonLinesTable implements LogImporter {
    /// Lines of a sample that are looked at.
    private static final int LOOKED_AT = 50;

    /// LLaMA-Factory's name of the number of steps that the run was set to take.
    private static final String TOTAL = "total_steps";

    private final ColumnMap map;

    /// Looks for the usual names.
    public JsonLinesTable() {
        this(ColumnMap.USUAL);
    }

    private JsonLinesTable(ColumnMap map) {
        this.map = map;
    }

    @Override
    public String format() {
        return "jsonl";
    }

    @Override
    public String contents() {
        return "an object a line: LLaMA-Factory, Weights & Biases, or any with --map";
    }

    @Override
    public String example() {
        return "{\"current_steps\": 5, \"total_steps\": 93, \"loss\": 5.7013, \"lr\": 1e-06}";
    }

    @Override
    public boolean hasColumns() {
        return true;
    }

    @Override
    public LogImporter with(ColumnMap columns) {
        return new JsonLinesTable(columns);
    }

    @Override
    public double confidence(List<String> sample) {
        Columns columns = new Columns(map);
        int read = 0;
        int lines = 0;
        for (String line :
                sample.stream().filter(each -> !each.isBlank()).limit(LOOKED_AT).toList()) {
            lines++;
            Optional<Map<String, String>> row = row(line);
            read += row.isPresent() ? 1 : 0;
            try {
                row.map(Map::keySet).ifPresent(columns::bind);
            } catch (IllegalArgumentException _) {
                return 0.8; // reading says which two fields hold the same
            }
        }
        boolean usable = !columns.series().isEmpty()
                && columns.missing().isEmpty()
                && (columns.of(ColumnMap.STEP).isPresent()
                        || columns.of(ColumnMap.EPOCH).isPresent());
        return usable ? 0.9 * read / lines : 0;
    }

    @Override
    public Optional<String> complaint(String name, List<String> sample) {
        List<Map<String, String>> rows = sample.stream()
                .filter(line -> !line.isBlank())
                .limit(LOOKED_AT)
                .flatMap(line -> row(line).stream())
                .toList();
        if (rows.size() > 1) {
            Set<String> names = new LinkedHashSet<>();
            rows.forEach(row -> names.addAll(row.keySet()));
            return Optional.of(Table.unusable(name, names, map));
        }
        Set<String> fields = JsonFile.Outline.of(sample).fields();
        return fields.isEmpty()
                ? Optional.empty()
                : Optional.of("%s: found a JSON object with the fields %s, which is no format that is known"
                        .formatted(
                                name,
                                fields.stream().limit(20).map(Unread::excerpt).toList()));
    }

    private static Optional<Map<String, String>> row(String line) {
        if (!line.startsWith("{")) {
            return Optional.empty();
        }
        try {
            return Optional.of(JsonFile.flat(line));
        } catch (JacksonException | TraceFormatException _) {
            return Optional.empty(); // whoever asks counts it
        }
    }

    @Override
    public void read(LogSource source, Consumer<TraceRecord> found) {
        TwoPasses.readLines(source, TwoPasses.Quantum.FINEST, this::pass, found);
    }

    private void pass(LogSource source, Consumer<TraceRecord> found) {
        Table table = new Table(source.name(), map, found);
        Unread unread = new Unread("lines");
        String total = "";
        for (Optional<LogSource.Line> line = source.next(); line.isPresent(); line = source.next()) {
            String text = line.get().text();
            String origin = line.get().origin();
            Optional<Map<String, String>> row = row(text);
            if (row.isPresent()) {
                table.columns(row.get().keySet(), origin);
                table.row(name -> row.get().getOrDefault(name, ""), origin);
                String steps = row.get().getOrDefault(TOTAL, total);
                if (!steps.equals(total) && Numbers.step(steps).isPresent()) {
                    found.accept(new TraceRecord.Fact(Provenance.TOTAL_ITERATIONS, steps, false, origin));
                    total = steps;
                }
            } else if (!text.isBlank()) {
                unread.add(origin, text, "a JSON object");
            }
        }
        unread.tell(found);
        table.complete();
        table.end();
    }
}

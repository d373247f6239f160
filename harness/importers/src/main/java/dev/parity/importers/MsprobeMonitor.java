package dev.parity.importers;

import dev.parity.trace.LogImporter;
import dev.parity.trace.LogSource;
import dev.parity.trace.Point;
import dev.parity.trace.Series;
import dev.parity.trace.TraceFormatException;
import dev.parity.trace.TraceRecord;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Tables of msprobe's training monitor (MindStudio, for Ascend and CUDA): a row for each parameter and step, with
/// statistics of its gradient, of which the norm is read. The files of one rank, `grad_reduced_0-4.csv` and so on,
/// make up a run.
///
/// msprobe counts steps from 0, or from where a person sets it: they are kept.
public final class MsprobeMonitor implements LogImporter {
    private static final Pattern PART = Pattern.compile("grad_reduced_(\\d{1,9})-\\d{1,9}\\.csv");
    private static final String STAGE = "vpp_stage";
    private static final String NAME = "name";
    private static final String STEP = "step";
    private static final String NORM = "norm";

    /// The only public constructor.
    public MsprobeMonitor() {}

    @Override
    public String format() {
        return "msprobe-monitor";
    }

    @Override
    public String contents() {
        return "msprobe's grad_reduced_*.csv: gradient norms of parameters; a folder of them is a run";
    }

    @Override
    public String example() {
        return "vpp_stage,name,step,norm ⏎ 0,module.layers.0.mlp.weight,0,0.0123";
    }

    @Override
    public double confidence(List<String> sample) {
        return Csv.of(sample.getFirst()).cells(sample.getFirst()).containsAll(List.of(STAGE, NAME, STEP, NORM)) ? 1 : 0;
    }

    @Override
    public boolean isPart(String name) {
        return PART.matcher(name).matches();
    }

    @Override
    public void read(LogSource source, Consumer<TraceRecord> found) {
        TwoPasses.readBytes(source, TwoPasses.Quantum.FINEST, MsprobeMonitor::pass, found);
    }

    private static void pass(LogSource source, Consumer<TraceRecord> found) {
        Unread unread = new Unread("rows");
        source.parts().stream()
                .sorted(Comparator.comparingLong(MsprobeMonitor::firstStep))
                .forEach(part -> table(part, found, unread));
        unread.tell(found);
    }

    private static long firstStep(Path part) {
        Matcher matcher = PART.matcher(String.valueOf(part.getFileName()));
        return matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
    }

    private static void table(Path part, Consumer<TraceRecord> found, Unread unread) {
        try (LogSource lines = LogSource.open(part)) {
            String header = lines.next().map(LogSource.Line::text).orElse("");
            Csv csv = Csv.of(header);
            List<String> names = csv.cells(header);
            int stage = names.indexOf(STAGE);
            int name = names.indexOf(NAME);
            int step = names.indexOf(STEP);
            int norm = names.indexOf(NORM);
            if (Math.min(Math.min(stage, name), Math.min(step, norm)) < 0) {
                throw new TraceFormatException("%s:1: found the columns %s, expected %s, %s, %s and %s"
                        .formatted(lines.name(), Unread.excerpt(header), STAGE, NAME, STEP, NORM));
            }
            for (Optional<Csv.Row> row = csv.next(lines); row.isPresent(); row = csv.next(lines)) {
                List<String> cells = row.get().cells();
                if (cells.size() != names.size()) {
                    unread.add(row.get().origin(), String.join(",", cells), "%d cells".formatted(names.size()));
                    continue;
                }
                OptionalLong place = Numbers.step(cells.get(step));
                OptionalDouble value = Numbers.value(cells.get(norm));
                if (place.isEmpty() || value.isEmpty()) {
                    unread.add(row.get().origin(), String.join(",", cells), "a step and a norm");
                } else {
                    String parameter = cells.get(stage).equals("0")
                            ? cells.get(name)
                            : "%s:%s".formatted(cells.get(stage), cells.get(name));
                    found.accept(new Point(
                            Series.gradientNorm(parameter),
                            0,
                            place.getAsLong(),
                            Point.EVERY_RANK,
                            value.getAsDouble(),
                            1,
                            Numbers.quantum(cells.get(norm)),
                            row.get().origin()));
                }
            }
            lines.gaps().forEach(gap -> found.accept(new TraceRecord.Note(gap, true)));
        }
    }
}

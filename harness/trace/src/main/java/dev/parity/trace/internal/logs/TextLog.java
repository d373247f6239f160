package dev.parity.trace.internal.logs;

import dev.parity.trace.LogImporter;
import dev.parity.trace.LogSource;
import dev.parity.trace.TraceRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// The output of a training program, line by line: each format reads its own lines, and all read those of
/// DeepSpeed's scalers and progress, accuracies and facts.
abstract class TextLog implements LogImporter {
    private final WordFilter words = new WordFilter(
            readers(new Reading("", _ -> {})).stream().map(LineReader::words).toList());

    /// Which lines are read, and by whom: those with a word, and what may be the end of a message.
    private final class Wanted implements LogSource.Filter {
        private final List<LineReader> readers;
        private long open;
        private long who;

        Wanted(List<LineReader> readers) {
            this.readers = readers;
        }

        @Override
        public boolean takes(byte[] bytes, int from, int to) {
            who = open | words.groups(bytes, from, to) | (TextLog.this.takes(bytes, from, to) ? -1 : 0);
            return who != 0;
        }

        void read(Text text) {
            open = 0;
            for (int i = 0; i < readers.size(); i++) {
                if ((who >> i & 1) != 0) {
                    readers.get(i).read(text);
                    open |= readers.get(i).isOpen() ? 1L << i : 0;
                }
            }
        }
    }

    /// Makes the readers of the lines that only this format has.
    abstract List<LineReader> own(Reading reading);

    /// Tells whether the format's own lines have learning rates.
    boolean printsRates() {
        return true;
    }

    /// Takes lines that no word finds.
    boolean takes(byte[] bytes, int from, int to) {
        return false;
    }

    private List<LineReader> readers(Reading reading) {
        Settings settings = new Settings();
        List<LineReader> readers = new ArrayList<>();
        readers.add(new FactLines(reading, settings));
        readers.addAll(own(reading));
        readers.add(new AccuracyLines(reading));
        readers.add(new ScalerLines(reading, settings));
        readers.add(new ProgressLines(reading, settings, !printsRates()));
        return readers;
    }

    @Override
    public final void read(LogSource source, Consumer<TraceRecord> found) {
        Reading reading = new Reading(source.name(), found);
        List<LineReader> readers = readers(reading);
        Wanted wanted = new Wanted(readers);
        for (Optional<LogSource.Line> line = source.next(wanted); line.isPresent(); line = source.next(wanted)) {
            wanted.read(Text.of(line.get()));
        }
        readers.reversed().forEach(LineReader::end);
        reading.end(example());
    }

    /// Says how sure many lines make.
    ///
    /// @param lines of losses, in a sample
    /// @param most what endless many would give
    /// @return 0 for none, above 0.5 else
    static double confidence(long lines, double most) {
        return lines == 0 ? 0 : most - (most - 0.5) / (lines + 1);
    }
}

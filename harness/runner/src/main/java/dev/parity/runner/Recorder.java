package dev.parity.runner;

import dev.parity.engine.Checkpoint;
import dev.parity.engine.DataException;
import dev.parity.engine.DataSets;
import dev.parity.engine.TrainingRun;
import dev.parity.spi.Backend;
import dev.parity.spi.Backends;
import dev.parity.trace.Provenance;
import dev.parity.trace.TraceReader;
import dev.parity.trace.TraceRecord;
import dev.parity.trace.TraceWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/// Records one run into a trace file, with checkpoints beside it, so that a run that was killed can go on.
///
/// @param spec the run
/// @param data what to learn
/// @param checkpointEvery time between two checkpoints
/// @param nanoTime checkpoints fall due by it
record Recorder(RunSpec spec, DataSets data, Duration checkpointEvery, LongSupplier nanoTime) {
    /// Bytes; a header holds several hashes, so that even compressed it is longer.
    private static final long SHORTEST_HEADER = 200;

    /// Hears how far a run is.
    interface Progress {
        /// Receives the state.
        ///
        /// @param phase `training` or `evaluation`
        /// @param done steps done
        /// @param total steps in all
        void at(String phase, long done, long total);
    }

    /// Returns the checkpoint that belongs to a trace.
    ///
    /// @param trace the trace file
    /// @return the file beside it
    static Path checkpoint(Path trace) {
        return trace.resolveSibling(trace.getFileName() + ".checkpoint");
    }

    /// Records a run.
    ///
    /// @param trace where to; replaced unless the run goes on
    /// @param resume whether to go on from a checkpoint, or leave a finished trace of the same run as it is
    /// @param progress hears how far the run is
    /// @return the trace's digest
    /// @throws dev.parity.spi.BackendException if the backend is not available
    /// @throws dev.parity.engine.TrainingException if the run breaks; the trace holds all steps before
    String record(Path trace, boolean resume, Progress progress) {
        try (Backend backend = spec.open()) {
            TrainingRun run = new TrainingRun(spec.config(), data, backend, spec.parts());
            TraceRecord.Header header = new TraceRecord.Header(TraceRecord.VERSION, provenance(run));
            Optional<List<TraceRecord>> earlier = resume ? earlier(trace, header) : Optional.empty();
            if (earlier.isPresent() && earlier.get().getLast() instanceof TraceRecord.End end) {
                return end.digest();
            }
            // what a fault remembers stands in no checkpoint
            Optional<Checkpoint> from =
                    spec.fault().isPresent() ? Optional.empty() : earlier.flatMap(_ -> checkpointOf(trace));
            try (TraceWriter writer = writer(trace, header, earlier, from)) {
                if (from.isEmpty()) {
                    Files.deleteIfExists(checkpoint(trace)); // only now, as another writer's stays
                }
                Map<String, String> measured = run.run(new Observer(writer, trace, progress), from);
                String digest = writer.digest();
                writer.write(new TraceRecord.End(run.totalSteps(), digest, new TreeMap<>(measured)));
                Files.deleteIfExists(checkpoint(trace));
                return digest;
            } catch (IOException problem) {
                throw new UncheckedIOException("cannot remove the checkpoint of " + trace, problem);
            }
        }
    }

    private Provenance provenance(TrainingRun run) {
        Map<String, String> context = new LinkedHashMap<>();
        context.put("started", Instant.now().toString());
        context.put("host", host());
        context.put("java", Runtime.version().toString());
        context.put("os", "%s %s".formatted(System.getProperty("os.name"), System.getProperty("os.version")));
        context.put("cores", String.valueOf(Runtime.getRuntime().availableProcessors()));
        context.put("data", data.name());
        context.put(Provenance.SCENARIO_NAME, spec.scenario());
        String version = Recorder.class.getPackage().getImplementationVersion();
        context.put("parity", version == null ? "development" : version);
        if (!spec.overrides().isEmpty()) {
            context.put(Provenance.OVERRIDES, String.join(", ", spec.overrides()));
        }
        Provenance found = run.provenance(context);
        Map<String, String> underTest = new LinkedHashMap<>(found.underTest());
        underTest.put("description", Backends.provider(spec.side().backend()).description());
        spec.fault().ifPresent(planted -> underTest.put(Provenance.FAULT, planted));
        return Provenance.of(found.source(), found.comparability(), underTest, found.context());
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException problem) {
            return "unnamed host (%s)".formatted(problem.getMessage());
        }
    }

    /// Returns the records of an earlier run of the same settings, if there are any.
    private static Optional<List<TraceRecord>> earlier(Path trace, TraceRecord.Header header) {
        if (!Files.exists(trace)) {
            return Optional.empty();
        }
        if (!Files.exists(checkpoint(trace)) && !hasHeader(trace)) {
            return Optional.empty(); // killed before its first record
        }
        TraceReader.Records records = TraceReader.records(trace);
        Provenance found = records.header().provenance();
        Provenance wanted = header.provenance();
        boolean same = found.comparability().equals(wanted.comparability())
                && found.underTest().equals(wanted.underTest());
        if (!same) {
            throw new DataException(
                    "%s is of another run (its settings or its device differ): give another file, or leave out --resume"
                            .formatted(trace));
        }
        return Optional.of(records.records());
    }

    private static boolean hasHeader(Path trace) {
        try {
            return Files.size(trace) > SHORTEST_HEADER;
        } catch (IOException problem) {
            throw new UncheckedIOException("cannot read the trace " + trace, problem);
        }
    }

    private static Optional<Checkpoint> checkpointOf(Path trace) {
        Path file = checkpoint(trace);
        return Files.exists(file) ? Optional.of(Checkpoint.read(file)) : Optional.empty();
    }

    /// Opens the trace; of an earlier run, what the checkpoint covers is kept.
    private static TraceWriter writer(
            Path trace, TraceRecord.Header header, Optional<List<TraceRecord>> earlier, Optional<Checkpoint> from) {
        if (earlier.isEmpty() || from.isEmpty()) {
            return new TraceWriter(trace, header.provenance());
        }
        int kept = Math.toIntExact(from.get().records()) + 1;
        if (earlier.get().size() < kept) {
            throw new DataException("%s holds %d records, its checkpoint covers %d: leave out --resume"
                    .formatted(trace, earlier.get().size(), kept));
        }
        return TraceWriter.resume(trace, earlier.get().subList(0, kept));
    }

    /// Hands records on, and decides by the clock when a checkpoint is due.
    private final class Observer implements TrainingRun.Observer {
        private final TraceWriter writer;
        private final Path trace;
        private final Progress progress;
        private long last;

        Observer(TraceWriter writer, Path trace, Progress progress) {
            this.writer = writer;
            this.trace = trace;
            this.progress = progress;
            last = nanoTime.getAsLong();
        }

        @Override
        public void record(TraceRecord item) {
            writer.write(item);
        }

        @Override
        public boolean wantsCheckpoint(long step) {
            return nanoTime.getAsLong() - last > checkpointEvery.toNanos();
        }

        @Override
        public void checkpoint(Checkpoint checkpoint) {
            writer.flush(); // a checkpoint must not cover records that a crash would lose
            checkpoint.write(Recorder.checkpoint(trace));
            last = nanoTime.getAsLong();
        }

        @Override
        public void progress(String phase, long done, long total) {
            progress.at(phase, done, total);
        }
    }
}

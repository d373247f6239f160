package dev.parity.engine;

import dev.parity.spi.Backend;
import dev.parity.spi.BackendProvider;
import dev.parity.spi.Backends;
import dev.parity.trace.RunTrace;
import dev.parity.trace.TraceDigest;
import dev.parity.trace.TraceRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Runs trainings in memory.
final class Runs {
    private Runs() {}

    static RunTrace run(String backend, TrainingConfig config) {
        return run(backend, config, DataSets.of(config.data()));
    }

    static RunTrace run(String backend, TrainingConfig config, DataSets data) {
        return new Collected(backend, config, data, TrainingParts.of(config), 0, Optional.empty()).trace();
    }

    static RunTrace run(String backend, TrainingConfig config, TrainingParts parts) {
        return new Collected(backend, config, DataSets.of(config.data()), parts, 0, Optional.empty()).trace();
    }

    /// A run with what it emitted.
    static final class Collected {
        final List<TraceRecord> records = new ArrayList<>();
        Optional<Checkpoint> checkpoint = Optional.empty();

        Collected(String backend, TrainingConfig config, long checkpointAt, Optional<Checkpoint> from) {
            this(backend, config, DataSets.of(config.data()), TrainingParts.of(config), checkpointAt, from);
        }

        Collected(
                String backend,
                TrainingConfig config,
                DataSets data,
                TrainingParts parts,
                long checkpointAt,
                Optional<Checkpoint> from) {
            BackendProvider provider = Backends.provider(backend);
            try (Backend opened = provider.open(config.parallel().world(), provider.defaultMode())) {
                TrainingRun run = new TrainingRun(config, data, opened, parts);
                records.add(new TraceRecord.Header(TraceRecord.VERSION, run.provenance(Map.of())));
                run.run(
                        new TrainingRun.Observer() {
                            @Override
                            public void record(TraceRecord item) {
                                records.add(item);
                            }

                            @Override
                            public boolean wantsCheckpoint(long step) {
                                return step == checkpointAt;
                            }

                            @Override
                            public void checkpoint(Checkpoint found) {
                                checkpoint = checkpoint.isPresent() ? checkpoint : Optional.of(found);
                            }

                            @Override
                            public void progress(String phase, long done, long total) {
                                // nobody watches
                            }
                        },
                        from);
            }
        }

        RunTrace trace() {
            return RunTrace.of(
                    "test", (TraceRecord.Header) records.getFirst(), records.subList(1, records.size()), List.of());
        }

        String digest() {
            return TraceDigest.of(records);
        }
    }
}

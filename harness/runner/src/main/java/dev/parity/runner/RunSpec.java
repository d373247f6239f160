package dev.parity.runner;

import dev.parity.engine.CanonicalForm;
import dev.parity.engine.TrainingConfig;
import dev.parity.engine.TrainingFault;
import dev.parity.engine.TrainingParts;
import dev.parity.spi.Availability;
import dev.parity.spi.Backend;
import dev.parity.spi.BackendException;
import dev.parity.spi.BackendProvider;
import dev.parity.spi.Backends;
import dev.parity.spi.Canonical;
import dev.parity.spi.Fault;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// A run to be made: all that decides what its trace holds.
///
/// @param scenario name of the scenario that `config` is of, for the provenance
/// @param label what people call its side, such as `reference`; names the trace, is no part of the hash
/// @param config settings, seed included
/// @param side where to compute
/// @param fault to plant, `ID=STRENGTH`, if any
/// @param overrides of the scenario, `key.path=value`, for the provenance; how they
///     were written is no part of the hash
public record RunSpec(
        String scenario,
        String label,
        TrainingConfig config,
        Scenario.Side side,
        Optional<String> fault,
        List<String> overrides) {
    private static final int HASH_DIGITS = 12;

    /// Writes the fault in full.
    ///
    /// @throws IllegalArgumentException if there is no such fault, or it does not take the strength
    public RunSpec {
        fault = fault.map(Fault::choose).map(Fault.Choice::toString);
        overrides = List.copyOf(overrides);
    }

    /// Returns the same run with another seed.
    ///
    /// @param seed of every random stream
    /// @return the new run
    public RunSpec withSeed(long seed) {
        return new RunSpec(scenario, label, config.withSeed(seed), side, fault, overrides);
    }

    /// Returns the seed.
    ///
    /// @return of every random stream
    public long seed() {
        return config.train().seed();
    }

    /// Names the run for people.
    ///
    /// @return such as `reference seed 3`
    public String name() {
        return "%s seed %d".formatted(label, seed());
    }

    /// Hashes what the run is: settings, place of the images that are read, backend, numeric mode, fault,
    /// and what is recorded beside the usual. A default that is spelt out changes nothing.
    ///
    /// @return SHA-256, 64 hexadecimal digits
    /// @throws IllegalArgumentException if there is no such backend
    public String hash() {
        TrainingConfig.Data data = config.data();
        Path place = data.source() == TrainingConfig.Source.FILES
                ? Path.of(data.directory()).toAbsolutePath().normalize()
                : Path.of("");
        return Canonical.hash(CanonicalForm.of(config)
                + CanonicalForm.of(side.numericMode())
                + """
                trace.replicaEvery=%d
                trace.routing=%s
                backend=%s
                fault=%s
                data.directory=%s
                """.formatted(
                                config.trace().replicaEvery(),
                                config.trace().routing(),
                                side.backend(),
                                fault.orElse(""),
                                place));
    }

    /// Names the trace after its content, so that a finished one can be used again.
    ///
    /// @return such as `reference-seed1-3f9ac12b04de.jsonl.gz`
    public String traceName() {
        return "%s-seed%d-%s.jsonl.gz".formatted(label, seed(), hash().substring(0, HASH_DIGITS));
    }

    /// Opens the backend, with the fault if it is one of the device.
    ///
    /// @throws IllegalArgumentException if there is no such backend, or the fault cannot be in that mode
    /// @throws BackendException if it is not available, or cannot compute in that mode
    Backend open() {
        return open(UnaryOperator.identity());
    }

    /// Opens the backend as [#open()] does, of a provider that is laid around its own.
    ///
    /// @param laid gives the provider that the fault is planted into
    Backend open(UnaryOperator<BackendProvider> laid) {
        BackendProvider provider = laid.apply(Backends.provider(side.backend()));
        if (provider.availability() instanceof Availability.Unavailable(String reason)) {
            throw new BackendException("backend %s is not available: %s".formatted(provider.id(), reason));
        }
        int world = config.parallel().world();
        return fault.map(Fault::choose)
                .map(choice -> choice.open(provider, world, side.numericMode()))
                .orElseGet(() -> provider.open(world, side.numericMode()));
    }

    /// Chooses the rules that the run follows, with the fault if it is one of them.
    ///
    /// @throws IllegalArgumentException if the fault would change nothing with these settings
    TrainingParts parts() {
        TrainingParts honest = TrainingParts.of(config);
        return fault.map(Fault::choose)
                .filter(choice -> choice.fault() instanceof TrainingFault)
                .map(choice -> ((TrainingFault) choice.fault()).exchange(honest, config, choice.strength()))
                .orElse(honest);
    }
}

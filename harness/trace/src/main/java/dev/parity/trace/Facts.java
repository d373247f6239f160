package dev.parity.trace;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The facts of a log, as they are read.
final class Facts {
    private final Provenance header;
    private final SortedMap<String, String> comparability;
    private final SortedMap<String, String> underTest;
    private final SortedMap<String, String> context;
    private final Map<String, String> contradicted = new HashMap<>();

    /// @param header what was known before the first
    Facts(Provenance header) {
        this.header = header;
        comparability = new TreeMap<>(header.comparability());
        underTest = new TreeMap<>(header.underTest());
        context = new TreeMap<>(header.context());
    }

    /// Takes a fact.
    ///
    /// @return what contradicts it, once a key; empty if nothing does
    Optional<String> add(TraceRecord.Fact fact) {
        SortedMap<String, String> values = fact.underTest() ? underTest : comparability;
        String known = values.putIfAbsent(fact.key(), fact.value());
        if (known == null) {
            context.put(Provenance.ORIGIN_OF + fact.key(), fact.origin());
            return Optional.empty();
        }
        if (known.equals(fact.value()) || contradicted.putIfAbsent(fact.key(), fact.value()) != null) {
            return Optional.empty();
        }
        return Optional.of("%s: %s is %s here, but %s at %s: more than one run may be in the log"
                .formatted(
                        fact.origin(),
                        fact.key(),
                        fact.value(),
                        known,
                        context.getOrDefault(Provenance.ORIGIN_OF + fact.key(), "the header")));
    }

    Provenance provenance() {
        return new Provenance(header.source(), comparability, underTest, context);
    }
}

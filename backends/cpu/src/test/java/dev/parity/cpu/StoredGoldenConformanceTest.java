package dev.parity.cpu;

import dev.parity.conformance.BackendConformance;

/// The golden cannot be held against itself, but what is bound, whole programs and modes can.
final class StoredGoldenConformanceTest extends BackendConformance {
    @Override
    protected String backend() {
        return "cpu-stored";
    }
}

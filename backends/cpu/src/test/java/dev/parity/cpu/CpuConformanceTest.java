package dev.parity.cpu;

import dev.parity.conformance.BackendConformance;

final class CpuConformanceTest extends BackendConformance {
    @Override
    protected String backend() {
        return "cpu";
    }
}

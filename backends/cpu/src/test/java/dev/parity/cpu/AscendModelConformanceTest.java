package dev.parity.cpu;

import dev.parity.conformance.BackendConformance;

final class AscendModelConformanceTest extends BackendConformance {
    @Override
    protected String backend() {
        return "ascend-model";
    }
}

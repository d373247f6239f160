package dev.parity.cpu;

import dev.parity.conformance.BackendConformance;

final class CudaModelConformanceTest extends BackendConformance {
    @Override
    protected String backend() {
        return "cuda-model";
    }
}

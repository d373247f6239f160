package dev.parity.cuda;

import dev.parity.conformance.BackendConformance;
import dev.parity.fakecuda.ThreadOrder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;

@DisplayName("fake device, cuBLASLt, cuDNN")
final class CudaFakeLibrariesConformanceTest extends BackendConformance {
    @BeforeAll
    static void load() {
        FakeGpu.fresh().order(ThreadOrder.ASCENDING, 0);
    }

    @Override
    protected String backend() {
        return "cuda:cublaslt:cudnn";
    }
}

package dev.parity.cuda;

import dev.parity.conformance.BackendConformance;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;

@DisplayName("fake device, a device a rank, NCCL, streams that wait")
final class CudaFakeNcclConformanceTest extends BackendConformance {
    @BeforeAll
    static void load() {
        FakeGpu.fresh().devices(4).lazy(true);
    }

    @Override
    protected String backend() {
        return "cuda";
    }
}

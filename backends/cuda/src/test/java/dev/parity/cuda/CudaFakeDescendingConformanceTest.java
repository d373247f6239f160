package dev.parity.cuda;

import dev.parity.conformance.BackendConformance;
import dev.parity.fakecuda.ThreadOrder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;

@DisplayName("fake device, threads descending, streams that wait")
final class CudaFakeDescendingConformanceTest extends BackendConformance {
    @BeforeAll
    static void load() {
        FakeGpu.fresh().order(ThreadOrder.DESCENDING, 0).lazy(true);
    }

    @Override
    protected String backend() {
        return "cuda";
    }
}

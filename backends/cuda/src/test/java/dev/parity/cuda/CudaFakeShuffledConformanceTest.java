package dev.parity.cuda;

import dev.parity.conformance.BackendConformance;
import dev.parity.fakecuda.ThreadOrder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;

@DisplayName("fake device, threads shuffled, streams that wait")
final class CudaFakeShuffledConformanceTest extends BackendConformance {
    @BeforeAll
    static void load() {
        FakeGpu.fresh().order(ThreadOrder.SHUFFLED, 20261129).lazy(true);
    }

    @Override
    protected String backend() {
        return "cuda";
    }
}

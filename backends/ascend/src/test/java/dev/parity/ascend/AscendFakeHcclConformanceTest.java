package dev.parity.ascend;

import dev.parity.conformance.BackendConformance;
import dev.parity.fakeascend.Layout;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;

@DisplayName("fake device, 910B, a device a rank, HCCL, streams that wait")
final class AscendFakeHcclConformanceTest extends BackendConformance {
    @BeforeAll
    static void load() {
        FakeNpu.fresh(Layout.CANN_9).devices(4).lazy(true);
    }

    @Override
    protected String backend() {
        return "ascend";
    }
}

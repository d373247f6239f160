package dev.parity.ascend;

import dev.parity.conformance.BackendConformance;
import dev.parity.fakeascend.Layout;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;

@DisplayName("fake device, 910B, libraries of CANN 9")
final class AscendFakeConformanceTest extends BackendConformance {
    @BeforeAll
    static void load() {
        FakeNpu.fresh(Layout.CANN_9);
    }

    @Override
    protected String backend() {
        return "ascend";
    }
}

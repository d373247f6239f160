package dev.parity.ascend;

import dev.parity.conformance.BackendConformance;
import dev.parity.fakeascend.Layout;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;

@DisplayName("fake device, 910B, libraries of CANN 8.1, streams that wait")
final class AscendFakeCann81ConformanceTest extends BackendConformance {
    @BeforeAll
    static void load() {
        FakeNpu.fresh(Layout.CANN_8_1).lazy(true);
    }

    @Override
    protected String backend() {
        return "ascend";
    }
}

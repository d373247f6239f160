package dev.parity.ascend;

import dev.parity.conformance.BackendConformance;
import dev.parity.fakeascend.Layout;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;

@DisplayName("fake device, 910A, libraries of CANN 8.1")
final class AscendFake910ConformanceTest extends BackendConformance {
    @BeforeAll
    static void load() {
        FakeNpu.fresh(Layout.CANN_8_1).soc("Ascend910A");
    }

    @Override
    protected String backend() {
        return "ascend";
    }
}

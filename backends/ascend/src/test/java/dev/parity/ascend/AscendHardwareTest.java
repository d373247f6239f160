package dev.parity.ascend;

import dev.parity.conformance.BackendConformance;
import org.junit.jupiter.api.Tag;

/// What only a real NPU can tell; run by `ci/ascend-kit.sh` there, never with the fake device.
@Tag("ascend")
final class AscendHardwareTest extends BackendConformance {
    @Override
    protected String backend() {
        return "ascend";
    }
}

package dev.parity.ascend.internal.cann;

import dev.parity.ascend.internal.quirks.AscendQuirks;
import dev.parity.spi.QuirkCatalogue;
import java.util.Set;

/// What the codes of AscendCL and aclnn mean.
final class Codes {
    /// Codes after which the device does nothing any more until it is reset.
    private static final Set<Integer> LOST = Set.of(
            107022, 107023, 507010, 507014, 507015, 507016, 507017, 507018, 507033, 507034, 507035, 507053, 507054,
            507899);

    private static final QuirkCatalogue CATALOGUE = new AscendQuirks();

    private Codes() {}

    /// Names a code, which the first kind of the catalogue has.
    static String name(int code) {
        return CATALOGUE.codes().getFirst().meaning(Integer.toString(code)).orElse("a code that is not documented");
    }

    /// Tells whether the device does nothing any more.
    static boolean isLost(int code) {
        return LOST.contains(code);
    }
}

package dev.parity.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.spi.Backends;
import dev.parity.spi.NumericMode;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RepeatsTest {
    @Test
    void noRepeatAddsAsTheSideDoes() {
        for (String backend : List.of("cuda-model", "ascend-model", "cpu")) {
            Scenario.Side side = new Scenario.Side(backend);
            List<NumericMode> modes =
                    Repeats.of(side, 6).stream().map(Scenario.Side::numericMode).toList();
            assertThat(modes).doesNotHaveDuplicates().hasSize(6).doesNotContain(side.numericMode());
            NumericMode base = Backends.provider(backend).defaultMode();
            assertThat(modes).allSatisfy(mode -> {
                assertThat(mode.overflow()).isEqualTo(base.overflow());
                assertThat(mode.allReduce()).isEqualTo(base.allReduce());
                assertThat(mode.matrix()).isEqualTo(base.matrix());
            });
        }
    }
}

package dev.parity.cpu;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parity.spi.BackendException;
import dev.parity.spi.BackendProvider;
import dev.parity.spi.Backends;
import dev.parity.spi.ElementType;
import dev.parity.spi.NumericMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CpuProvidersTest {
    // BackendProvider.open: a BackendException if it cannot compute in that mode
    @ParameterizedTest
    @ValueSource(strings = {"cpu", "cuda-model", "ascend-model", "cpu-fp64", "cpu-stored"})
    void aModeThatCannotBeComputedIsRefusedAsABackendsFailure(String id) {
        BackendProvider provider = Backends.provider(id);
        NumericMode base = provider.defaultMode();
        NumericMode wrong = new NumericMode(
                ElementType.BF16, base.summation(), base.allReduce(), base.overflow(), base.deterministic());
        assertThatThrownBy(() -> provider.open(2, wrong))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("BF16");
    }
}

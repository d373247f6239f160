package dev.parity.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parity.conformance.BackendConformance;
import dev.parity.spi.Availability;
import dev.parity.spi.BackendProvider;
import dev.parity.spi.Backends;
import dev.parity.spi.ElementType;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What only a real GPU can tell; run by `ci/cuda-kit.sh` there, never with the fake device.
@Tag("cuda")
final class CudaHardwareTest extends BackendConformance {
    @Override
    protected String backend() {
        return "cuda";
    }

    /// The model of this very device gives the same bits, for products of one step of the tensor core and of many.
    @ParameterizedTest
    @EnumSource(names = {"FP16", "BF16"})
    void theModelOfTheDeviceHasItsBits(ElementType type) {
        BackendProvider cuda = provider();
        String name = ((Availability.Available) cuda.availability())
                .devices()
                .getFirst()
                .toLowerCase(Locale.ROOT);
        Optional<String> model = Stream.of("a100", "h100", "h200", "l40s", "a2", "b200")
                .filter(each ->
                        Pattern.compile("\\b" + each + "\\b").matcher(name).find())
                .findFirst();
        assumeTrue(model.isPresent(), "no model of " + name);
        for (int inner : new int[] {8, 16, 84, 400, 1024}) {
            double[] device = OneRank.product(cuda, type, 64, inner);
            double[] modelled = OneRank.product(Backends.provider("cuda-model:" + model.get()), type, 64, inner);
            assertThat(device).as("%s, K = %d", name, inner).isEqualTo(modelled);
        }
    }
}

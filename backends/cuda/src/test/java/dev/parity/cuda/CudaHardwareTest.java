package dev.parity.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parity.conformance.BackendConformance;
import dev.parity.spi.Availability;
import dev.parity.spi.Backend;
import dev.parity.spi.BackendProvider;
import dev.parity.spi.Backends;
import dev.parity.spi.Bindings;
import dev.parity.spi.Bound;
import dev.parity.spi.ElementType;
import dev.parity.spi.Op;
import dev.parity.spi.Program;
import dev.parity.spi.Tensor;
import dev.parity.spi.TensorType;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
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
            double[] device = product(cuda, type, inner);
            double[] modelled = product(Backends.provider("cuda-model:" + model.get()), type, inner);
            assertThat(device).as("%s, K = %d", name, inner).isEqualTo(modelled);
        }
    }

    private static double[] product(BackendProvider provider, ElementType type, int inner) {
        TensorType left = TensorType.of(type, 64, inner);
        TensorType right = TensorType.of(type, inner, 64);
        Program.Builder builder = new Program.Builder("product");
        builder.output(
                builder.apply("y", new Op.MatMul(false, false), builder.input("a", left), builder.input("b", right)));
        Random random = new Random(inner);
        try (Backend backend = provider.open(1, provider.defaultMode());
                Tensor a = backend.allocate(0, left);
                Tensor b = backend.allocate(0, right);
                Tensor y = backend.allocate(0, TensorType.of(type, 64, 64))) {
            a.write(random.doubles(64L * inner, -1, 1).toArray());
            b.write(random.doubles(64L * inner, -1, 1).toArray());
            try (Bound bound =
                    backend.compile(builder.build()).bind(0, new Bindings(Map.of("a", a, "b", b), Map.of("y", y)))) {
                bound.run();
            }
            return y.toArray();
        }
    }
}

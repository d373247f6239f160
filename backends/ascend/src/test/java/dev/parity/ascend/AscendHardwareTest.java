package dev.parity.ascend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parity.conformance.BackendConformance;
import dev.parity.conformance.OpCase;
import dev.parity.spi.Backend;
import dev.parity.spi.BackendProvider;
import dev.parity.spi.Backends;
import dev.parity.spi.ElementType;
import dev.parity.spi.Op;
import dev.parity.spi.Support;
import dev.parity.spi.TensorType;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What only a real NPU can tell; run by `ci/ascend-kit.sh` there, never with the fake device.
@Tag("ascend")
final class AscendHardwareTest extends BackendConformance {
    private static final List<Integer> TERMS = List.of(8, 16, 84, 400, 1024);

    @Override
    protected String backend() {
        return "ascend";
    }

    /// The probe of the models: no bit of what a cube unit does is published, so each model of it is an assumption.
    /// Says for each one the lengths of sums at which it has the device's bits; one of them has all.
    @ParameterizedTest
    @EnumSource(names = {"FP32", "FP16", "BF16"})
    void anAssumptionOfTheCubeUnitHasItsBits(ElementType type, TestReporter reporter) {
        assumeTrue(supports(type), "the device has no " + type);
        String model = "ascend-model:" + (supports(ElementType.BF16) ? "910b" : "910a");
        Set<String> fitting = new LinkedHashSet<>();
        for (String preset : List.of("", ":cube-tree", ":cube-trunc")) {
            List<Integer> equal = TERMS.stream()
                    .filter(terms -> product(backend(), type, terms).equals(product(model + preset, type, terms)))
                    .toList();
            reporter.publishEntry("%s%s, %s".formatted(model, preset, type), "equal bits at K of " + equal);
            if (equal.equals(TERMS)) {
                fitting.add(model + preset);
            }
        }
        assertThat(fitting).as("models with all bits of %s", type).isNotEmpty();
    }

    private boolean supports(ElementType type) {
        try (Backend backend = provider().open(1, provider().defaultMode())) {
            return backend.supports(new Op.MatMul(false, false), type) instanceof Support.Supported;
        }
    }

    /// The bits of a product, as a list that can be compared.
    private static List<Double> product(String id, ElementType type, int terms) {
        BackendProvider provider = Backends.provider(id);
        int edge = 64;
        OpCase trial = OneOp.of(
                new Op.MatMul(false, false), 1, TensorType.of(type, edge, terms), TensorType.of(type, terms, edge));
        return OneOp.compute(provider, provider.defaultMode(), trial, terms);
    }
}

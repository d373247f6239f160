package dev.parity.cpu.internal.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.cpu.Modes;
import dev.parity.spi.MatrixRule;
import dev.parity.spi.MatrixRule.BlockSum;
import dev.parity.spi.MatrixRule.Join;
import dev.parity.spi.MatrixRule.NanPattern;
import dev.parity.spi.MatrixRule.Rounding;
import dev.parity.spi.OperandFormat;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Any rule, as whole numbers of any size have it: all sums, joins, roundings, flushes and accumulators.
final class MatrixRuleTest {
    private static final int[] PRODUCTS = {1, 2, 3, 4, 8, 16};
    private static final int[] FLOORS = {MatrixRule.NO_FLOOR, MatrixRule.NO_FLOOR, -126, -20};

    private static <E extends Enum<E>> E any(Random random, Class<E> type) {
        E[] values = type.getEnumConstants();
        return values[random.nextInt(values.length)];
    }

    private static MatrixRule rule(Random random, BlockSum blockSum) {
        Map<String, Object> changes = new HashMap<>();
        changes.put("products", PRODUCTS[random.nextInt(PRODUCTS.length)]);
        changes.put("blockSum", blockSum);
        changes.put("join", any(random, Join.class));
        changes.put("rounding", any(random, Rounding.class));
        changes.put("fraction", 23 + random.nextInt(6));
        changes.put("alignFloor", FLOORS[random.nextInt(FLOORS.length)]);
        changes.put("operandRounding", any(random, Rounding.class));
        changes.put("hf32Bits", 10 + random.nextInt(2));
        changes.put("nan", any(random, NanPattern.class));
        for (String field : new String[] {"flushInputs", "flushOutputs", "halfAccumulator", "outputSaturates"}) {
            changes.put(field, random.nextInt(4) == 0);
        }
        changes.put("negativeZero", random.nextBoolean());
        return Modes.changed(Devices.cube("cube-rne"), changes);
    }

    @ParameterizedTest
    @EnumSource
    void everyRuleIsWhatItsDescriptionSays(BlockSum blockSum) {
        Random random = new Random(18);
        for (OperandFormat format : OperandFormat.values()) {
            for (int i = 0; i < 6_000; i++) {
                MatrixRule rule = rule(random, blockSum);
                int[] a = Operands.random(random, format, 1 + random.nextInt(20));
                int[] b = Operands.cancelling(random, format, a);
                int c = random.nextInt(4) == 0 ? random.nextInt() : Operands.near(random, format, a, b);
                BlockDot unit = new BlockDot(format, rule);
                WholeSums whole = new WholeSums(rule, format);
                assertThat(unit.dot(a, b, c))
                        .as("%s %s: %s %s %x", rule, format, Arrays.toString(a), Arrays.toString(b), c)
                        .isEqualTo(whole.dot(a, b, c));
                if (format == OperandFormat.FP16) {
                    int half = random.nextInt(1 << 16);
                    assertThat(unit.dotInHalf(a, b, half))
                            .as("%s: %s %s %x", rule, Arrays.toString(a), Arrays.toString(b), half)
                            .isEqualTo(whole.dotInHalf(a, b, half));
                }
            }
        }
    }
}

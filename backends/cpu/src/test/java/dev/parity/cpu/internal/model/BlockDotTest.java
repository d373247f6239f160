package dev.parity.cpu.internal.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parity.cpu.Modes;
import dev.parity.spi.DeviceModel;
import dev.parity.spi.MatrixRule.Rounding;
import dev.parity.spi.MatrixUnit;
import dev.parity.spi.OperandFormat;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What tensor cores of V100, A100 and H100 were seen to compute, and what the algorithm says in whole numbers.
final class BlockDotTest extends Vectors {
    private static MatrixUnit unit(String device, OperandFormat format) {
        DeviceModel model = DeviceModel.of(device);
        return model.unit(format, model.rule());
    }

    private static MatrixUnit changed(String device, OperandFormat format, Map<String, ?> changes) {
        DeviceModel model = DeviceModel.of(device);
        return model.unit(format, Modes.changed(model.rule(), changes));
    }

    private static int[] patterns(String text) {
        return Stream.of(text.split(" ", -1)).mapToInt(HexFormat::fromHexDigits).toArray();
    }

    // rows of Khattak and Mikaitis's measurements (model_validation of MATLAB-tensor-core), each of which another
    // number of fraction bits, or normalised products, would miss
    @ParameterizedTest
    @CsvSource({
        "v100, FP16, bd85 bd37 b0e6 b5d0, b0d1 3e6d 4065 b8e3, 3f4c6b1f, bf99ee40",
        "v100, FP16, b701 b739 3cc1 b8ae, b69b 3d04 bede 32a6, 3f745874, bfcbdf1b",
        "a100, FP16, 3796 3d24 407c 34ec bdc1 bf37 3c9e bd1f, 3cbc b466 2f44 bb63 b25e 3929 be6c be90, 3e83d81f,"
                + " be46b654",
        "a100, BF16, 3f84 3ff7 bfaf 3e81 3ff9 bf55 3fb2 3f8d, bf30 bf02 bdda bd7d 3f42 be9a bf03 3f1a, 3dee7587,"
                + " 3e6e9522",
        "a100, TF32, bf3a6000 3ee98000 bfe92000 bf42c000, bfdde000 bfaba000 3bb9a000 3f99a000, 3ee63be1, 3e350946",
        "h100, FP16, b571 bd62 399c 3ba4 3c98 b717 bd1c a3cf bcf4 3b5d b4a9 4027 bb36 3c63 3c5e 3163,"
                + " 351b bd1f 9f9a bdb0 3f91 3ac6 a9cd 2469 399e b861 bc80 3122 bd61 bdb2 b5ad bb0d, 3e2ed9a0, 3f2dd9de",
        "h100, BF16, 3fdf bdea bf05 3e29 bf07 3ee6 4023 bf97 3f8e bf8c bf3a 3f92 bdee be84 3fa6 bf60,"
                + " 3fcb 3f9b bd7a 3ea5 3f7f bd71 bf0a bec1 be63 bc13 3f88 bf5d bfb4 bf61 3f6c 3fba, 3ab041ea, bee53f5f",
        "h100, TF32, 3f020000 bfc56000 bf3b2000 bfbd6000, bf1f0000 bfc48000 3f570000 3f6a4000, 3b60afd4, 3db34afc"
    })
    void hardwareRowsAreReproduced(String device, OperandFormat format, String a, String b, String c, String d) {
        assertThat(unit(device, format).dot(patterns(a), patterns(b), pattern(c)))
                .isEqualTo(pattern(d));
    }

    // rows 4 and 48 of the same data, FP16 accumulator
    @ParameterizedTest
    @CsvSource({
        "v100, bd85 bd37 b0e6 b5d0, b0d1 3e6d 4065 b8e3, 3a63, bcd0",
        "a100, 32ee 3cd9 3ad4 b61f 3183 b902 3883 b50b, b896 368e bcf0 b9c0 3984 b641 b4a6 bd7f, 39ad, 3b7d"
    })
    void hardwareRowsInHalfAreReproduced(String device, String a, String b, String c, String d) {
        assertThat(unit(device, OperandFormat.FP16).dotInHalf(patterns(a), patterns(b), pattern(c)))
                .isEqualTo(pattern(d));
    }

    /// Decimal operands of FP16, the rest of 16 zero, and an FP32 accumulator.
    private static int dot(String device, double[] a, double[] b, double c) {
        return unit(device, OperandFormat.FP16).dot(half(a), half(b), Float.floatToRawIntBits((float) c));
    }

    private static void all(double[] a, double[] b, double c, String v100, String a100, String h100) {
        assertThat(dot("v100", a, b, c)).as("V100").isEqualTo(pattern(v100));
        assertThat(dot("a100", a, b, c)).as("A100").isEqualTo(pattern(a100));
        assertThat(dot("h100", a, b, c)).as("H100").isEqualTo(pattern(h100));
    }

    // experiments that Fasi, Higham, Mikaitis and Pranesh (PeerJ CS 7:e330) and Li et al. (arXiv 2403.00232) made on
    // V100, A100 and H100 to find extra bits, rounding and order
    @Test
    void publishedExperimentsComeOutAsPublished() {
        all(new double[] {1}, new double[] {1}, -(1 - two(-24)), "34000000", "33800000", "33800000");
        all(new double[] {1}, new double[] {1.25}, -(two(-3) + two(-25)), "3f900000", "3f900000", "3f8fffff");
        all(times(4, two(-10)), times(4, two(-14)), 1 - two(-24), "3f800001", "3f800001", "3f800001");
        all(times(4, two(-10)), times(4, two(-14)), 1, "3f800000", "3f800002", "3f800002");
        double[] towardsZero = {two(-14), 1};
        double[] factors = {3 * two(-10), 2};
        all(towardsZero, factors, 0, "40000000", "40000000", "40000000");
        all(new double[] {-two(-14), -1}, factors, 0, "c0000000", "c0000000", "c0000000");
        all(times(4, 1), times(4, 1), 1 + two(-22) + two(-23), "40a00000", "40a00000", "40a00000");
        all(times(4, 1), new double[] {1, 1, 1, two(-23)}, 1 + two(-22) + two(-23), "40800001", "40800001", "40800001");
        all(new double[] {two(-24)}, new double[] {1}, 0, "33800000", "33800000", "33800000");
        all(new double[] {two(-24)}, new double[] {two(-24)}, 0, "27800000", "27800000", "27800000");
        all(new double[] {}, new double[] {}, two(-149), "00000001", "00000001", "00000001");
    }

    // 16 less what was added before the pair 2^13 2^14 - 2^13 2^14 swallowed it: a step's products are aligned together
    @Test
    void theWidthOfAStepShows() {
        double[] a = times(16, 1);
        double[] b = times(16, 1);
        a[0] = two(13);
        b[0] = two(14);
        a[1] = -two(13);
        b[1] = two(14);
        all(a, b, 0, "41400000", "41000000", "00000000");
        a[1] = 1;
        b[1] = 1;
        a[7] = -two(13);
        b[7] = two(14);
        all(a, b, 0, "41000000", "41000000", "00000000");
    }

    // FP16 rounds to nearest even, so 1 + 2^-11 is 1; what an extra bit keeps breaks the tie
    @Test
    void halfResultsRoundToNearestEven() {
        assertThat(inHalf("a100", 1, two(-11))).isEqualTo(0x3c00);
        assertThat(inHalf("a100", 1, two(-10), two(-11))).isEqualTo(0x3c02);
        assertThat(inHalf("v100", 1, two(-11), two(-24))).isEqualTo(0x3c00);
        assertThat(inHalf("a100", 1, two(-11), two(-24))).isEqualTo(0x3c01);
        assertThat(inHalf("h100", 65504, 16)).isEqualTo(0x7c00);
        assertThat(inHalf("h100", 65504, 15)).isEqualTo(0x7bff);
        assertThat(inHalf("h100", Double.NaN)).isEqualTo(0x7fff);
    }

    private static int inHalf(String device, double... a) {
        return unit(device, OperandFormat.FP16).dotInHalf(half(a), half(times(16, 1)), 0);
    }

    // MMA-Sim (arXiv 2511.10909): NaN in, inf 0 and inf - inf are the canonical NaN; no product overflows within a step
    @Test
    void whatIsNotFiniteFollowsTheStandardButForItsNaN() {
        double inf = Double.POSITIVE_INFINITY;
        assertThat(dot("a100", new double[] {inf}, new double[] {0}, 1)).isEqualTo(0x7fffffff);
        assertThat(dot("a100", new double[] {inf, -inf}, new double[] {1, 1}, 1))
                .isEqualTo(0x7fffffff);
        assertThat(dot("a100", new double[] {1}, new double[] {1}, Double.NaN)).isEqualTo(0x7fffffff);
        assertThat(dot("a100", new double[] {-inf}, new double[] {1}, 1)).isEqualTo(0xff800000);
        MatrixUnit wide = unit("a100", OperandFormat.BF16);
        int large = 0x7f000000 >>> 16; // 2^127
        assertThat(wide.dot(new int[] {large}, new int[] {0x3f80}, 0x7f000000)).isEqualTo(0x7f800000);
        // the largest FP32 number and 2^103, the half of its ulp
        assertThat(wide.dot(new int[] {0x7300}, new int[] {0x3f80}, 0x7f7fffff)).isEqualTo(0x7f7fffff);
        assertThat(wide.dot(new int[] {0x7380}, new int[] {0x3f80}, 0x7f7fffff)).isEqualTo(0x7f800000);
        int hundred = 0x7180; // 2^100
        assertThat(wide.dot(new int[] {hundred, hundred, 0x3f80}, new int[] {hundred, hundred | 0x8000, 0x3f80}, 0))
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "RZ, 3f801000, 3f800000",
        "RNE, 3f801000, 3f800000",
        "RNA, 3f801000, 3f802000",
        "RZ, 3f803000, 3f802000",
        "RNE, 3f803000, 3f804000",
        "RNA, 3f803000, 3f804000"
    })
    void operandsBecomeTf32AsChosen(Rounding rounding, String in, String out) {
        MatrixUnit unit = changed("a100", OperandFormat.TF32, Map.of("operandRounding", rounding));
        assertThat(unit.dot(new int[] {pattern(in)}, new int[] {0x3f800000}, 0)).isEqualTo(pattern(out));
    }

    @Test
    void aUnitThatIsNotThereIsRefused() {
        assertThatThrownBy(() -> unit("v100", OperandFormat.BF16))
                .hasMessage("v100 has no matrix unit of bf16, expected one of [fp16]");
        assertThatThrownBy(() -> DeviceModel.of("k80"))
                .hasMessage(
                        "there is no device model 'k80', there are [910a, 910b, a100, a2, ada, b200, h100, h200, l40s, t4,"
                                + " v100]");
    }

    // the same algorithm in whole numbers of any size, from its description
    @ParameterizedTest
    @EnumSource(names = {"FP16", "BF16", "TF32"})
    void theAlgorithmInWholeNumbersAgrees(OperandFormat format) {
        Random random = new Random(18);
        for (String device : new String[] {"v100", "a100", "h100"}) {
            DeviceModel model = DeviceModel.of(device);
            if (!model.formats().contains(format)) {
                continue;
            }
            BlockDot unit = (BlockDot) model.unit(format, model.rule());
            int products = model.rule().products(format);
            int fraction = model.rule().fraction();
            for (int i = 0; i < 20_000; i++) {
                int[] a = Operands.random(random, format, 1 + random.nextInt(20));
                int[] b = Operands.cancelling(random, format, a);
                int c = random.nextInt(4) == 0 ? random.nextInt() : Operands.near(random, format, a, b);
                assertThat(unit.dot(a, b, c))
                        .as("%s: %s %s %x", device, Arrays.toString(a), Arrays.toString(b), c)
                        .isEqualTo(WholeNumbers.dot(format, products, fraction, a, b, c));
                if (format == OperandFormat.FP16) {
                    int half = random.nextInt(1 << 16);
                    assertThat(unit.dotInHalf(a, b, half))
                            .isEqualTo(WholeNumbers.dotInHalf(products, fraction, a, b, half));
                }
            }
        }
    }
}

package dev.parity.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.spi.ElementType;
import dev.parity.trace.RunTrace;
import dev.parity.trace.StepRecord;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Holds fifty fp16 steps of the stored golden against `src/test/oracle/fp16.py`: NumPy in float64, rounded
/// to float16 where DeepSpeed stores it, with gradients worked out by hand. Both scalers overflow and grow.
///
/// Losses are equal bit for bit: products of FP16 numbers add up exactly, or nearly so, in binary64, in any
/// order, so rounding to FP16 hides the order.
final class Fp16OracleTest {
    private static final int ITEMS = 160;

    private static TrainingConfig config(boolean zero) {
        return Configs.moe(b -> {
            b.dtype = ElementType.FP16;
            b.epochs = 5;
            b.steps = 50;
            b.initialScalePower = 17;
            b.window = 5;
            b.noise = zero ? TrainingConfig.Noise.NONE : TrainingConfig.Noise.RSAMPLE;
            b.randomTokenSelection = !zero;
            b.optimizer = zero ? TrainingConfig.OptimizerType.ADAMW : TrainingConfig.OptimizerType.SGD;
            b.wrapper = zero ? TrainingConfig.Wrapper.ZERO : TrainingConfig.Wrapper.UNFUSED;
            b.lr = zero ? 1e-3 : 0.05;
            return b;
        });
    }

    /// Labels in turn; each byte is 24 times the label plus five bits of a linear congruential generator.
    private static DataSets data() {
        byte[] labels = new byte[ITEMS];
        byte[] images = new byte[ITEMS * DataSet.IMAGE];
        long state = 1;
        for (int i = 0; i < images.length; i++) {
            int item = i / DataSet.IMAGE;
            labels[item] = (byte) (item % 10);
            state = (1103515245 * state + 12345) % (1L << 31);
            images[i] = (byte) (24 * labels[item] + (state >> 16 & 31));
        }
        DataSet set = new DataSet(DataSets.CIFAR_CLASSES, images, labels);
        return new DataSets("oracle", set, set.first(8));
    }

    private static List<String> rows(String name) throws IOException {
        try (InputStream in = Fp16OracleTest.class.getResourceAsStream("fp16-" + name + ".csv")) {
            String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            return text.lines().skip(1).toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"zero", "unfused"})
    void fiftyStepsAgreeWithNumPy(String name) throws IOException {
        RunTrace run = Runs.run("cpu-stored", config(name.equals("zero")), data());
        List<String> rows = rows(name);
        assertThat(run.steps()).hasSameSizeAs(rows).hasSize(50);
        for (StepRecord step : run.steps()) {
            String[] row = rows.get((int) step.step() - 1).split(",", -1);
            assertThat("%d,%s,%s".formatted(step.step(), step.scale(), step.skipped()))
                    .isEqualTo("%s,%s,%s".formatted(row[0], row[1], row[2]));
            assertThat(step.loss())
                    .as("losses in step %d", step.step())
                    .containsExactly(Double.parseDouble(row[4]), Double.parseDouble(row[5]));
            if (!step.skipped()) {
                // libraries' logarithms differ in their last bit
                assertThat(step.lr()).isCloseTo(Double.parseDouble(row[3]), Percentage.withPercentage(1e-12));
                // norms of FP16 numbers, each rounded to FP32: half an ulp is 6e-8
                assertThat(step.gradNorm().get(StepRecord.GLOBAL))
                        .as("norm in step %d", step.step())
                        .isCloseTo(Double.parseDouble(row[6]), Percentage.withPercentage(1e-5));
            }
        }
    }

    /// The fifty steps show all that a scaler does: it falls, it grows, and only ZeRO's skips a step and
    /// stays.
    @ParameterizedTest
    @ValueSource(strings = {"zero", "unfused"})
    void theOraclesScalersOverflowAndGrow(String name) throws IOException {
        int fell = 0;
        int grew = 0;
        int stayed = 0;
        List<String[]> rows = rows(name).stream().map(row -> row.split(",", -1)).toList();
        for (int i = 1; i < rows.size(); i++) {
            double before = Double.parseDouble(rows.get(i - 1)[1]);
            double after = Double.parseDouble(rows.get(i)[1]);
            fell += after < before ? 1 : 0;
            grew += after > before ? 1 : 0;
            stayed += after == before && rows.get(i - 1)[2].equals("true") ? 1 : 0;
        }
        assertThat(fell).isGreaterThanOrEqualTo(5);
        assertThat(grew).isGreaterThanOrEqualTo(5);
        assertThat(stayed > 5).isEqualTo(name.equals("zero"));
    }
}

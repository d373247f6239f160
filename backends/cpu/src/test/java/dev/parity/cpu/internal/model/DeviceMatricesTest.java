package dev.parity.cpu.internal.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.cpu.Modes;
import dev.parity.spi.Backend;
import dev.parity.spi.Backends;
import dev.parity.spi.Bindings;
import dev.parity.spi.Bound;
import dev.parity.spi.ElementType;
import dev.parity.spi.MatrixRule;
import dev.parity.spi.MatrixRule.Rounding;
import dev.parity.spi.NumericMode;
import dev.parity.spi.Op;
import dev.parity.spi.OperandFormat;
import dev.parity.spi.Program;
import dev.parity.spi.Tensor;
import dev.parity.spi.TensorType;
import dev.parity.spi.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Products and convolutions of a model: the dot products of the oracle, in the order of K that its mode names.
final class DeviceMatricesTest {
    private static final int IMAGES = 2;
    private static final int HEIGHT = 7;
    private static final int WIDTH = 6;
    private static final int OUTPUTS = 18;
    private static final int KERNEL = 3;

    /// The terms of one sum, in steps.
    private final List<List<double[]>> steps = new ArrayList<>();

    private static Map<String, double[]> run(String backend, NumericMode mode, Program program, double[]... inputs) {
        try (Backend opened = Backends.provider(backend).open(1, mode)) {
            Map<String, Tensor> in = new HashMap<>();
            for (int i = 0; i < inputs.length; i++) {
                Value value = program.inputs().get(i);
                Tensor tensor = opened.allocate(0, value.type());
                tensor.write(inputs[i]);
                in.put(value.name(), tensor);
            }
            Map<String, Tensor> out = new HashMap<>();
            program.outputs().forEach(value -> out.put(value.name(), opened.allocate(0, value.type())));
            try (Bound bound = opened.compile(program).bind(0, new Bindings(in, out))) {
                bound.run();
            }
            Map<String, double[]> results = new HashMap<>();
            out.forEach((name, tensor) -> results.put(name, tensor.toArray()));
            return results;
        }
    }

    private static Program program(Op op, TensorType... types) {
        Program.Builder builder = new Program.Builder("one");
        Value[] inputs = new Value[types.length];
        for (int i = 0; i < types.length; i++) {
            inputs[i] = builder.input("in" + i, types[i]);
        }
        builder.output(builder.apply("y", op, inputs));
        return builder.build();
    }

    private static double[] draw(Random random, TensorType type) {
        double[] values = new double[type.shape().size()];
        Arrays.setAll(values, _ -> random.nextInt(5) == 0 ? 0 : ElementType.FP16.round(random.nextGaussian()));
        return values;
    }

    private void begin() {
        steps.clear();
        steps.add(new ArrayList<>());
    }

    /// Adds a term, and ends the step when it has as many as the unit takes, or at the end of a group.
    private void term(int products, boolean ends, double a, double b) {
        steps.getLast().add(new double[] {a, b});
        if (steps.getLast().size() == products || ends) {
            steps.add(new ArrayList<>());
        }
    }

    private double sum(MatrixRule rule) {
        BlockDot unit = new BlockDot(OperandFormat.FP16, rule);
        int sum = 0;
        for (List<double[]> step : steps) {
            int[] a = step.stream().mapToInt(term -> half(term[0])).toArray();
            int[] b = step.stream().mapToInt(term -> half(term[1])).toArray();
            sum = unit.dot(a, b, sum);
        }
        return Float.intBitsToFloat(sum);
    }

    private static int half(double value) {
        return Short.toUnsignedInt(Float.floatToFloat16((float) value));
    }

    /// Channels are summed innermost on a GPU; on an NPU 16 of them are, then places, then the next 16, and a step ends
    /// with its group.
    private void convolution(MatrixRule rule, int channels, Place term) {
        boolean groups = rule.kOrder() == MatrixRule.ChannelOrder.CHANNEL_GROUPS;
        int group = groups ? 16 : channels;
        begin();
        for (int first = 0; first < channels; first += group) {
            for (int place = 0; place < KERNEL * KERNEL; place++) {
                for (int c = first; c < Math.min(channels, first + group); c++) {
                    double[] pair = term.at(c, place / KERNEL, place % KERNEL);
                    term(rule.products(), groups && c == Math.min(channels, first + group) - 1, pair[0], pair[1]);
                }
            }
        }
    }

    private interface Place {
        double[] at(int channel, int row, int column);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"cuda-model", "cuda-model:h100", "cuda-model:v100", "ascend-model", "ascend-model:910b:cube-tree"
            })
    void convolutionsSumInTheOrderOfTheMode(String backend) {
        for (int channels : new int[] {3, 20}) {
            convolutionsOf(backend, channels);
        }
    }

    private void convolutionsOf(String backend, int channels) {
        NumericMode mode = Backends.provider(backend).defaultMode();
        MatrixRule rule = mode.matrixUnit();
        Random random = new Random(channels);
        int rows = HEIGHT - KERNEL + 1;
        int columns = WIDTH - KERNEL + 1;
        TensorType x = TensorType.of(ElementType.FP16, IMAGES, channels, HEIGHT, WIDTH);
        TensorType w = TensorType.of(ElementType.FP16, OUTPUTS, channels, KERNEL, KERNEL);
        TensorType b = TensorType.of(ElementType.FP16, OUTPUTS);
        TensorType y = TensorType.of(ElementType.FP16, IMAGES, OUTPUTS, rows, columns);
        double[] images = draw(random, x);
        double[] weights = draw(random, w);
        double[] gradient = draw(random, y);
        double[] zeros = new double[OUTPUTS];
        double[] forward = run(backend, mode, program(new Op.Conv2d(), x, w, b), images, weights, zeros)
                .get("y");
        double[] dx = run(backend, mode, program(new Op.Conv2dInputGrad(), y, w), gradient, weights)
                .get("y");
        double[] dw = run(backend, mode, program(new Op.Conv2dWeightGrad(), x, y), images, gradient)
                .get("y");
        for (int trial = 0; trial < 200; trial++) {
            int n = random.nextInt(IMAGES);
            int o = random.nextInt(OUTPUTS);
            int row = random.nextInt(rows);
            int column = random.nextInt(columns);
            convolution(rule, channels, (c, i, j) -> new double[] {
                weights[((o * channels + c) * KERNEL + i) * KERNEL + j],
                images[((n * channels + c) * HEIGHT + row + i) * WIDTH + column + j]
            });
            assertThat(forward[((n * OUTPUTS + o) * rows + row) * columns + column])
                    .isEqualTo(ElementType.FP16.round(sum(rule)));
            int c = random.nextInt(channels);
            int h = random.nextInt(HEIGHT);
            int v = random.nextInt(WIDTH);
            convolution(rule, OUTPUTS, (out, i, j) -> {
                int fromRow = h + i - (KERNEL - 1);
                int fromColumn = v + j - (KERNEL - 1);
                boolean inside = fromRow >= 0 && fromRow < rows && fromColumn >= 0 && fromColumn < columns;
                return new double[] {
                    weights[((out * channels + c) * KERNEL + KERNEL - 1 - i) * KERNEL + KERNEL - 1 - j],
                    inside ? gradient[((n * OUTPUTS + out) * rows + fromRow) * columns + fromColumn] : 0
                };
            });
            assertThat(dx[((n * channels + c) * HEIGHT + h) * WIDTH + v]).isEqualTo(ElementType.FP16.round(sum(rule)));
            int i = random.nextInt(KERNEL);
            int j = random.nextInt(KERNEL);
            begin();
            for (int k = 0; k < IMAGES * rows * columns; k++) {
                int image = k / (rows * columns);
                int r = k / columns % rows;
                term(
                        rule.products(),
                        false,
                        gradient[(image * OUTPUTS + o) * rows * columns + k % (rows * columns)],
                        images[((image * channels + c) * HEIGHT + r + i) * WIDTH + k % columns + j]);
            }
            assertThat(dw[((o * channels + c) * KERNEL + i) * KERNEL + j]).isEqualTo(ElementType.FP16.round(sum(rule)));
        }
    }

    private static final Program PRODUCT = program(
            new Op.MatMul(false, false),
            TensorType.of(ElementType.FP16, 1, 32),
            TensorType.of(ElementType.FP16, 32, 1));

    private static double product(Map<String, ?> matrix, Map<String, ?> mode, double[] a) {
        NumericMode base = Backends.provider("ascend-model").defaultMode();
        Map<String, Object> changes = new HashMap<>(mode);
        changes.put("matrix", Modes.changed(base.matrixUnit(), matrix));
        double[] ones = new double[32];
        Arrays.fill(ones, 1);
        return run("ascend-model", Modes.changed(base, changes), PRODUCT, a, ones)
                .get("y")[0];
    }

    // 1024 + 0.5 is 1024 in FP16, 0.5 + 0.5 is 1: two slices stored in FP16 keep what one running sum in it loses
    @Test
    void slicesOfKAreSummedByThemselves() {
        double[] a = new double[32];
        a[0] = 1024;
        a[1] = 0.5;
        a[16] = 0.5;
        a[17] = 0.25;
        assertThat(product(Map.of(), Map.of(), a)).isEqualTo(1025); // 1025.25
        assertThat(product(Map.of("splitK", 2, "partials", ElementType.FP16), Map.of(), a))
                .isEqualTo(1025); // 1024 + 0.75
        assertThat(product(Map.of("halfAccumulator", true), Map.of(), a)).isEqualTo(1025); // 1024 + 0.75, in steps
        a[17] = 0;
        assertThat(product(Map.of(), Map.of(), a)).isEqualTo(1025);
        assertThat(product(Map.of("splitK", 2, "partials", ElementType.FP16), Map.of(), a))
                .isEqualTo(1024);
        assertThat(product(Map.of("halfAccumulator", true), Map.of(), a)).isEqualTo(1024);
    }

    // 2048 + 1 + 1 - 2048 in FP16: as slices arrive
    @Test
    void slicesAreAddedAsTheyArrive() {
        double[] a = new double[32];
        Map<String, ?> rule = Map.of("products", 8, "partials", ElementType.FP16);
        a[0] = 2048;
        a[8] = 1;
        a[16] = 1;
        a[24] = -2048;
        List<Double> seen = new ArrayList<>();
        for (long seed = 0; seed < 20; seed++) {
            double sum = product(rule, Map.of("deterministic", false, "arrival", seed), a);
            assertThat(product(rule, Map.of("deterministic", false, "arrival", seed), a))
                    .isEqualTo(sum);
            seen.add(sum);
        }
        assertThat(seen).contains(0.0, 1.0, 2.0);
    }

    // Huawei's documentation of Fixpipe: its results of 16 bits know no infinity; rounding of 1 + 2^-11 and 1 + 3 2^-11
    @ParameterizedTest
    @CsvSource({"RNE, 1, 1.001953125", "RZ, 1, 1.0009765625", "RNA, 1.0009765625, 1.001953125"})
    void resultsAreRoundedAndSaturateAsTheRuleSays(Rounding rounding, double low, double high) {
        double[] a = new double[32];
        a[0] = 1;
        a[1] = 0x1p-11;
        assertThat(product(Map.of("outputRounding", rounding), Map.of(), a)).isEqualTo(low);
        a[1] = 3 * 0x1p-11;
        assertThat(product(Map.of("outputRounding", rounding), Map.of(), a)).isEqualTo(high);
        a[0] = 65504;
        a[1] = 32;
        assertThat(product(Map.of("outputRounding", rounding), Map.of(), a)).isInfinite();
        assertThat(product(Map.of("outputRounding", rounding, "outputSaturates", true), Map.of(), a))
                .isEqualTo(65504);
    }
}

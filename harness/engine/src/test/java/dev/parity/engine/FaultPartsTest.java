package dev.parity.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parity.engine.Model.NoiseInput.Kind;
import dev.parity.spi.Backend;
import dev.parity.spi.BackendProvider;
import dev.parity.spi.Backends;
import dev.parity.spi.Bindings;
import dev.parity.spi.ElementType;
import dev.parity.spi.Fault;
import dev.parity.spi.Program;
import dev.parity.spi.Tensor;
import dev.parity.spi.TensorType;
import dev.parity.spi.Value;
import dev.parity.trace.SeedStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the exchanged parts of a fault do by themselves.
final class FaultPartsTest {
    private static final TrainingConfig CONFIG = Configs.moe(b -> {
        b.dtype = ElementType.FP16;
        return b;
    });

    private static TrainingParts parts(String argument, TrainingConfig config) {
        Fault.Choice choice = Fault.choose(argument);
        return ((TrainingFault) choice.fault()).exchange(TrainingParts.of(config), config, choice.strength());
    }

    private static TrainingConfig adam(double epsilon, double weightDecay) {
        return new TrainingConfig(
                CONFIG.train(),
                CONFIG.data(),
                CONFIG.model(),
                CONFIG.parallel(),
                CONFIG.precision(),
                new TrainingConfig.Optimizer(
                        TrainingConfig.OptimizerType.ADAMW,
                        TrainingConfig.Wrapper.ZERO,
                        0.01,
                        0.8,
                        0.9,
                        epsilon,
                        weightDecay,
                        0,
                        1),
                CONFIG.schedule(),
                CONFIG.evaluation(),
                CONFIG.trace());
    }

    private static final double[] MASTER = {0.5, -0.25, 2};
    private static final double[] M = {0.125, 0, -0.5};
    private static final double[] V = {0.25, 1e-4, 0.0625};
    private static final double[] GRADIENT = {1.5, -2, 0.5};
    private static final UpdateRule.Step STEP = new UpdateRule.Step(1, 0.25, 4, 0.01, 2);

    /// Updates one parameter of three elements, and returns its states by name.
    private static Map<String, double[]> update(UpdateRule rule, String parameter) {
        TensorType type = TensorType.of(ElementType.FP32, 3);
        Parameter one = new Parameter(parameter, type, Parameter.Kind.DENSE, 1, parameter, 1);
        Program program = new OptimizerProgram(rule, List.of(one)).program();
        Map<String, double[]> given = Map.of("/master", MASTER, "/m", M, "/v", V, "/buffer", M, "/grad", GRADIENT);
        BackendProvider provider = Backends.provider("cpu");
        try (Backend backend = provider.open(1, provider.defaultMode())) {
            Map<String, Tensor> in = new HashMap<>();
            Map<String, Tensor> out = new HashMap<>();
            for (Value value : program.inputs()) {
                Tensor tensor = backend.allocate(0, value.type());
                double[] state = given.get(value.name().replace(parameter, ""));
                tensor.write(state == null ? rule.control(value.name(), STEP) : state);
                in.put(value.name(), tensor);
            }
            program.outputs().forEach(value -> out.put(value.name(), backend.allocate(0, value.type())));
            backend.compile(program).bind(0, new Bindings(in, out)).run();
            Map<String, double[]> states = new HashMap<>();
            rule.states()
                    .forEach(state -> states.put(
                            state,
                            out.get("%s/%s/new".formatted(parameter, state)).toArray()));
            return states;
        }
    }

    // Loshchilov and Hutter, arXiv 1711.05101, algorithm 2: the term in line 6 (pink) couples the decay, that in
    // line 12 (green) does not
    @ParameterizedTest
    @CsvSource({"weight-decay-coupled, 1", "weight-decay-coupled=0.25, 0.25"})
    void weightDecayIsAPartOfTheGradient(String fault, double share) {
        TrainingConfig config = adam(1e-8, 0.1);
        Map<String, double[]> found = update(parts(fault, config).update(), "fc1.bias");
        for (int i = 0; i < 3; i++) {
            double gradient = 0.25 * GRADIENT[i] + share * 0.1 * MASTER[i];
            double m = 0.8 * M[i] + 0.2 * gradient;
            double v = 0.9 * V[i] + 0.1 * gradient * gradient;
            double step = m / (1 - 0.8 * 0.8 * 0.8) / (Math.sqrt(v / (1 - 0.9 * 0.9 * 0.9)) + 1e-8);
            double master = MASTER[i] * (1 - 0.01 * (1 - share) * 0.1) - 0.01 * step;
            assertThat(found.get("m")[i]).isCloseTo(m, within(1e-6));
            assertThat(found.get("v")[i]).isCloseTo(v, within(1e-6));
            assertThat(found.get("master")[i]).isCloseTo(master, within(1e-6));
        }
    }

    // Kingma and Ba, arXiv 1412.6980, algorithm 1, with epsilon under the root
    @Test
    void epsilonIsAddedBeforeTheRootIsTaken() {
        TrainingConfig config = adam(0.01, 0.1);
        Map<String, double[]> found =
                update(parts("adam-epsilon-inside", config).update(), "fc1.bias");
        Map<String, double[]> honest = update(TrainingParts.of(config).update(), "fc1.bias");
        assertThat(found.get("m")).isEqualTo(honest.get("m"));
        assertThat(found.get("v")).isEqualTo(honest.get("v"));
        for (int i = 0; i < 3; i++) {
            double gradient = 0.25 * GRADIENT[i];
            double m = (0.8 * M[i] + 0.2 * gradient) / (1 - 0.8 * 0.8 * 0.8);
            double v = (0.9 * V[i] + 0.1 * gradient * gradient) / (1 - 0.9 * 0.9 * 0.9);
            double master = MASTER[i] * (1 - 0.01 * 0.1) - 0.01 * m / Math.sqrt(v + 0.01);
            assertThat(found.get("master")[i]).isCloseTo(master, within(1e-6));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            learning-rate=3         | conv1.weight        | 0.25 0.03 0.488 0.520576
            bias-correction-missing | conv1.weight        | 0.25 0.01 1 1
            expert-not-updated      | moe0.expert.bias    | 0.25 0 0.488 0.520576
            expert-not-updated      | moe0.gate.weight    | 0.25 0.01 0.488 0.520576
            tensor-not-unscaled     | fc2.bias            | 1 0.01 0.488 0.520576
            tensor-not-unscaled     | fc2.weight          | 0.25 0.01 0.488 0.520576
            """)
    void aParameterIsToldOtherwiseAndTheOthersAreNot(String fault, String parameter, String told) {
        double[] expected = List.of(told.split(" ")).stream()
                .mapToDouble(Double::parseDouble)
                .toArray();
        UpdateRule rule = parts(fault, adam(1e-8, 0)).update(); // bias corrections: 1 - 0.8^3, sqrt(1 - 0.9^3)
        Parameter one =
                new Parameter(parameter, TensorType.of(ElementType.FP32, 3), Parameter.Kind.DENSE, 1, parameter, 1);
        Program program = new OptimizerProgram(rule, List.of(one)).program();
        String control = program.nodes().getFirst().inputs().getLast().name();
        assertThat(rule.control(control, STEP)).containsExactly(expected, within(1e-6));
    }

    @Test
    void theExpertsOfTheOtherRankAreUpdated() {
        UpdateRule rule = parts("expert-not-updated", CONFIG).update();
        UpdateRule.Step other = new UpdateRule.Step(0, 0.25, 4, 0.01, 2);
        for (String control : rule.controls().keySet()) {
            assertThat(rule.control(control, other)[1]).isEqualTo(0.01);
        }
    }

    @Test
    void gradientsAreClippedByTheirScaledNorm() {
        // of norm 8 with scale 4, limit 1: honest 1/(4·2), faulty 1/(4·8)
        assertThat(TrainingParts.of(CONFIG).clipper().factor(8, 4)).isCloseTo(1 / 8.0, within(1e-6));
        assertThat(parts("clipping-before-unscaling", CONFIG).clipper().factor(8, 4))
                .isCloseTo(1 / 32.0, within(1e-6));
    }

    @Test
    void theScaleGrowsAStepLateAndFallsAtOnce() {
        LossScaler late = parts("scale-grows-late=2", CONFIG).scaler();
        LossScaler early = parts("hysteresis-missing", CONFIG).scaler();
        assertThat(late).isEqualTo(new LossScaler.Zero(new LossScaler.Settings(502, 2, 1), 32768));
        assertThat(early).isEqualTo(new LossScaler.Zero(new LossScaler.Settings(500, 1, 1), 32768));
        assertThat(early.update(true).scaler().scale()).isEqualTo(16384);
    }

    @Test
    void theRateIsAheadOfItsSchedule() {
        Schedule honest = TrainingParts.of(CONFIG).schedule();
        Schedule ahead = parts("warmup-off=2", CONFIG).schedule();
        Schedule behind = parts("warmup-off=-1", CONFIG).schedule();
        Schedule skipping = parts("rate-advances-on-skip", CONFIG).schedule();
        assertThat(ahead.rate(3)).isEqualTo(honest.rate(5)).isNotEqualTo(honest.rate(3));
        assertThat(behind.rate(3)).isEqualTo(honest.rate(2));
        assertThat(behind.rate(0)).isEqualTo(honest.rate(0));
        assertThat(skipping.rate(3, 2)).isEqualTo(honest.rate(5));
        assertThat(skipping.rate(3, 0)).isEqualTo(honest.rate(3));
    }

    // cat is 3 and dog 5 in CIFAR-10
    @Test
    void catsAndDogsAreSwapped() {
        Feed feed = parts("labels-swapped", CONFIG).feed();
        assertThat(IntStream.range(0, 10).map(feed::label)).containsExactly(0, 1, 2, 5, 4, 3, 6, 7, 8, 9);
        assertThat(feed.pixel(255)).isEqualTo(1);
    }

    @Test
    void anotherMeanIsTakenOff() {
        Feed feed = parts("normalisation-off", CONFIG).feed();
        assertThat(feed.pixel(0)).isCloseTo(-0.9f, within(1e-6f));
        assertThat(feed.pixel(255)).isCloseTo(1.1f, within(1e-6f));
        assertThat(feed.label(3)).isEqualTo(3);
    }

    // Gumbel's mean is Euler's constant, its variance pi²/6; the third central moment of a normal one is 0, Gumbel's
    // 2.404
    @Test
    void noiseIsNormalWithTheMomentsOfGumbel() {
        Feed feed = parts("gate-noise-gaussian", CONFIG).feed();
        assertThat(thirdMomentOfNoiseLikeGumbels(feed)).isCloseTo(0, within(0.1));
        SeedStream seeds = new SeedStream(7);
        assertThat(feed.noise(Kind.UNIFORM, seeds.draw("noise", 1)))
                .isEqualTo(seeds.draw("noise", 1).uniform());
    }

    @Test
    void otherNumbersHaveTheSameMoments() {
        Feed feed = parts("gate-noise-of-device", CONFIG).feed();
        assertThat(thirdMomentOfNoiseLikeGumbels(feed)).isCloseTo(2.404, within(0.15));
        SeedStream seeds = new SeedStream(7);
        assertThat(feed.noise(Kind.UNIFORM, seeds.draw("noise", 1)))
                .isNotEqualTo(seeds.draw("noise", 1).uniform());
    }

    /// Asserts mean and variance, and gives the third central moment.
    private static double thirdMomentOfNoiseLikeGumbels(Feed feed) {
        int count = 200_000;
        SeedStream.Draw draw = new SeedStream(7).draw("noise", 0);
        double[] drawn = IntStream.range(0, count)
                .mapToDouble(_ -> feed.noise(Kind.GUMBEL, draw))
                .toArray();
        double mean = moment(drawn, 0, 1);
        assertThat(mean).isCloseTo(0.5772, within(0.015));
        assertThat(moment(drawn, mean, 2)).isCloseTo(Math.PI * Math.PI / 6, within(0.03));
        return moment(drawn, mean, 3);
    }

    private static double moment(double[] values, double around, int order) {
        double sum = 0;
        for (double value : values) {
            sum += Math.pow(value - around, order);
        }
        return sum / values.length;
    }

    /// The items of a batch over both ranks.
    private static List<Integer> batch(Sampler.Order order, long step) {
        List<Integer> items = new ArrayList<>();
        for (int position = 0; position < 8; position++) {
            for (int rank = 0; rank < 2; rank++) {
                items.add(order.item(step, rank, position));
            }
        }
        return items;
    }

    @Test
    void theLastPartialBatchIsFilledUpWithItsOwnItems() {
        Sampler.Order honest = TrainingParts.of(CONFIG).sampler().over(38);
        Sampler.Order faulty = parts("last-batch-repeated", CONFIG).sampler().over(38);
        assertThat(honest.stepsPerEpoch()).isEqualTo(2);
        assertThat(faulty.stepsPerEpoch()).isEqualTo(3);
        Set<Integer> seen = new HashSet<>();
        for (int step = 0; step < 2; step++) {
            assertThat(batch(faulty, step)).isEqualTo(batch(honest, step));
            seen.addAll(batch(faulty, step));
        }
        assertThat(new HashSet<>(batch(faulty, 2))).hasSize(6).doesNotContainAnyElementsOf(seen);
        assertThat(batch(faulty, 3)).isEqualTo(batch(honest, 0));
    }

    @Test
    void oneRankSeesOtherItems() {
        Sampler.Order honest = TrainingParts.of(CONFIG).sampler().over(96);
        Sampler.Order faulty = parts("data-order-differs", CONFIG).sampler().over(96);
        List<Integer> differing = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            if (!batch(honest, 0).get(i).equals(batch(faulty, 0).get(i))) {
                differing.add(i % 2);
            }
        }
        assertThat(differing).hasSizeGreaterThan(4).containsOnly(1);
        assertThat(parts("data-order-differs", CONFIG).sampler().admitted(96)).isEmpty();
        assertThat(parts("data-order-declared", CONFIG).sampler().admitted(96)).hasSize(48);
    }

    @Test
    void theNetIsJudgedInTheOtherMode() {
        Evaluator faulty = parts("evaluation-mode-wrong", CONFIG).evaluator();
        assertThat(faulty.mode(TrainingConfig.EvaluationMode.EVAL)).isEqualTo(TrainingConfig.EvaluationMode.TRAIN);
        assertThat(faulty.mode(TrainingConfig.EvaluationMode.TRAIN)).isEqualTo(TrainingConfig.EvaluationMode.EVAL);
    }
}

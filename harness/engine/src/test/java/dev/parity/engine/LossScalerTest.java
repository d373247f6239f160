package dev.parity.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

final class LossScalerTest {
    private static final LossScaler.Settings SETTINGS = new LossScaler.Settings(4, 2, 1);

    /// Feeds a pattern of steps ('o' overflow, '.' none) and returns the scale of each step's loss.
    private static List<Double> scales(LossScaler scaler, String pattern) {
        List<Double> scales = new ArrayList<>();
        for (int steps = 0; steps <= pattern.length(); steps++) {
            scales.add(after(scaler, pattern.substring(0, steps)).scale());
        }
        return scales;
    }

    /// Returns the state after a pattern.
    private static LossScaler after(LossScaler scaler, String pattern) {
        LossScaler state = scaler;
        for (int step = 0; step < pattern.length(); step++) {
            state = state.update(pattern.charAt(step) == 'o').scaler();
        }
        return state;
    }

    /// Names what a scaler does in answer to each step: grows, uses hysteresis, is reduced, or nothing.
    private static String events(LossScaler scaler, String pattern) {
        StringBuilder events = new StringBuilder();
        LossScaler state = scaler;
        for (int step = 0; step < pattern.length(); step++) {
            LossScaler.Update update = state.update(pattern.charAt(step) == 'o');
            events.append(update.event().map(kind -> kind.name().charAt(0)).orElse('.'));
            state = update.scaler();
        }
        return events.toString();
    }

    // training-semantics.md: hysteresis 2 is used up first, and is back after a growth
    @Test
    void zeroTellsHysteresisFromAReduction() {
        assertThat(events(new LossScaler.Zero(SETTINGS, 32), "ooo....oo")).isEqualTo("HRR...GHR");
    }

    // the log says `reducing to` even where the scale is at its minimum already
    @Test
    void unfusedTellsOfAReductionAtItsMinimumToo() {
        assertThat(events(new LossScaler.Unfused(SETTINGS, 2), "oo.....")).isEqualTo("RR....G");
    }

    @Test
    void aScalerThatKeepsItsScaleTellsOfNothing() {
        assertThat(events(new LossScaler.Static(8), "o.o")).isEqualTo("...");
        assertThat(events(new LossScaler.None(), "o.o")).isEqualTo("...");
    }

    // worked by hand from training-semantics.md: iterations count from 0, lastOverflow = -1, window 4
    @Test
    void zeroGrowsWhenTheDistanceToTheLastOverflowIsAMultipleOfTheWindow() {
        // iterations 3 and 7 have distances 4 and 8 to -1
        assertThat(scales(new LossScaler.Zero(SETTINGS, 8), "........"))
                .containsExactly(8.0, 8.0, 8.0, 8.0, 16.0, 16.0, 16.0, 16.0, 32.0);
    }

    @Test
    void zeroHalvesOnlyWhenItsHysteresisIsUsedUpAndRestoresItWithAGrowth() {
        // overflow 0 uses hysteresis, 1 and 2 halve, 6 grows (distance 4 to 2) and restores, 7 uses
        // hysteresis
        assertThat(scales(new LossScaler.Zero(SETTINGS, 32), "ooo....oo"))
                .containsExactly(32.0, 32.0, 16.0, 8.0, 8.0, 8.0, 8.0, 16.0, 16.0, 8.0);
    }

    @Test
    void zeroRefusesToFallBelowItsMinimum() {
        LossScaler atMinimum = new LossScaler.Zero(SETTINGS, 1).update(true).scaler();
        assertThatThrownBy(() -> atMinimum.update(true))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("minimum");
    }

    @Test
    void unfusedHalvesAtOnceAndGrowsAfterAWindowOfStableSteps() {
        // stable = iter - lastOverflow - 1: 4 at iteration 4 (last -1); overflow at 6; stable 4 at
        // iteration 11
        assertThat(scales(new LossScaler.Unfused(SETTINGS, 8), "......o....."))
                .containsExactly(8.0, 8.0, 8.0, 8.0, 8.0, 16.0, 16.0, 8.0, 8.0, 8.0, 8.0, 8.0, 16.0);
    }

    @Test
    void unfusedStaysAtItsMinimum() {
        assertThat(scales(new LossScaler.Unfused(SETTINGS, 2), "ooo")).containsExactly(2.0, 1.0, 1.0, 1.0);
    }

    @Test
    void aSavedStateGoesOnAsIfNothingHadHappened() {
        for (LossScaler scaler : List.of(new LossScaler.Zero(SETTINGS, 64), new LossScaler.Unfused(SETTINGS, 64))) {
            LossScaler state = after(scaler, "o.o");
            LossScaler restored = scaler.restore(state.state());
            assertThat(restored).isEqualTo(state);
        }
    }

    @Test
    void aSavedStateThatLacksANumberIsRefusedByItsKey() {
        for (LossScaler scaler : List.of(new LossScaler.Zero(SETTINGS, 64), new LossScaler.Unfused(SETTINGS, 64))) {
            assertThat(scaler.state()).containsKeys("scale", "iteration", "lastOverflow");
            for (String key : scaler.state().keySet()) {
                Map<String, Double> state = new HashMap<>(scaler.state());
                state.remove(key);
                assertThatThrownBy(() -> scaler.restore(state))
                        .isInstanceOf(DataException.class)
                        .hasMessageContaining("the checkpoint lacks the loss scaler's " + key);
            }
        }
    }

    // training-semantics.md: the first step has the optimizer's own rate, the second one 0, then
    // ln(i+1)/ln(warmup)
    @Test
    void warmupHasItsOddSecondStep() {
        Schedule warmup = new Schedule.Warmup(1e-3, 0, 1e-3, 1000);
        assertThat(warmup.rate(0)).isEqualTo(1e-3);
        assertThat(warmup.rate(1)).isZero();
        assertThat(warmup.rate(2)).isCloseTo(1e-3 * 0.6931471805599453 / 6.907755278982137, within(1e-18));
        assertThat(warmup.rate(1001)).isEqualTo(1e-3);
        assertThat(warmup.rate(1_000_000)).isEqualTo(1e-3);
    }

    private static Offset<Double> within(double bound) {
        return Offset.offset(bound);
    }

    // two ranks at two places: dense norm 3 (equal), expert norms 4 and 12
    @Test
    void eachWrapperHasItsOwnNorm() {
        List<Parameter> parameters = new Model(Configs.moe(b -> b))
                .parameters().stream()
                        .filter(parameter ->
                                List.of("fc1.weight", "moe0.expert.weight").contains(parameter.name()))
                        .toList();
        List<double[]> norms = List.of(new double[] {3, 4}, new double[] {3, 12});
        assertThat(GlobalNorm.DeepSpeed.ZERO.of(parameters, norms, 2))
                .isCloseTo(13, within(1e-12)); // sqrt(9 + 16 + 144)
        assertThat(GlobalNorm.DeepSpeed.UNFUSED.of(parameters, norms, 2)).isEqualTo(3);
        assertThat(GlobalNorm.DeepSpeed.FUSED.of(parameters, norms, 2)).isEqualTo((5 + Math.sqrt(153)) / 2);
    }
}

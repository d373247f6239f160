package dev.parity.statistics;

import static dev.parity.statistics.Judging.only;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.statistics.gates.ScalerReplayGate;
import dev.parity.statistics.gates.ScheduleReplayGate;
import dev.parity.trace.Provenance;
import dev.parity.trace.RunTrace;
import dev.parity.trace.ScaleEvent;
import dev.parity.trace.StepRecord;
import dev.parity.trace.TraceRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ReplayTest {
    private static RunTrace run(Map<String, String> keys, UnaryOperator<StepRecord> change) {
        return Traces.run(1, keys, change, 0.6);
    }

    private static Evidence scaler(Map<String, String> keys) {
        RunTrace run = run(keys, UnaryOperator.identity());
        return only("scaler-replay", run, run);
    }

    private static Evidence schedule(String optimizer, UnaryOperator<StepRecord> change) {
        RunTrace run = run(Map.of(Provenance.OPTIMIZER, optimizer), change);
        return only("schedule-replay", run, run);
    }

    @Test
    void aScaleThatItsOwnRulesDoNotGiveFails() {
        RunTrace reference = run(Map.of(), UnaryOperator.identity());
        RunTrace wrong = run(
                Map.of(),
                s -> Traces.with(s, s.loss(), s.step() == 9 ? 1024 : s.scale(), s.lr(), Traces.norm(s), s.replicas()));
        Evidence found = only("scaler-replay", reference, wrong);
        assertThat(found.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(found.sentence()).isEqualTo("seed1, step 9: the scale was 1024.0, its scaler's rules give 16384.0");
    }

    @Test
    void aRateThatItsOwnRulesDoNotGiveFails() {
        RunTrace reference = run(Map.of(), UnaryOperator.identity());
        RunTrace wrong = run(
                Map.of(),
                s -> Traces.with(s, s.loss(), s.scale(), s.step() == 9 ? 0.02 : 0.01, Traces.norm(s), s.replicas()));
        Evidence found = only("schedule-replay", reference, wrong);
        assertThat(found.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(found.sentence())
                .isEqualTo("seed1, step 9: the learning rate was 0.02, its schedule's rules give 0.01");
    }

    @Test
    void aRunThatBreaksItsRulesFailsWhereverItStands() {
        RunTrace sound = run(Map.of(), UnaryOperator.identity());
        RunTrace wrong = run(Map.of(), s -> Traces.with(s, s.loss(), s.scale(), 0.02, Traces.norm(s), s.replicas()));
        RunTrace log = Traces.log("run.log", 50, List.of(), i -> 1);
        List<Pair> pairs = List.of(new Pair(log, log), new Pair(sound, wrong));
        Evidence found = Judging.judge(new ScheduleReplayGate(), pairs);
        assertThat(found.verdict()).isEqualTo(Verdict.FAIL);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mystery | scale=1 | nobody knows the rules of loss scaler 'mystery'",
                "unfused | '' | setting initial is absent",
                "unfused | initial=16384 min=1 | setting window is absent",
                "unfused | initial=16384 window=fifty min=1 | setting window must be a number, was fifty",
                "zero | initial=16384 window=50 min=1 | setting hysteresis is absent",
                "static | initial=16384 | setting scale is absent",
                "'' | '' | the loss scaler is unknown"
            })
    void aScalerOfUnknownRulesIsNotJudged(String scaler, String settings, String reason) {
        Evidence found = scaler(Map.of(Provenance.LOSS_SCALER, scaler, Provenance.LOSS_SCALER_SETTINGS, settings));
        assertThat(found.verdict()).isEqualTo(Verdict.NOT_JUDGED);
        assertThat(found.sentence()).startsWith("seed1: " + reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sgd lr=0.01 schedule=cosine | nobody knows the rules of schedule 'cosine'",
                "sgd lr=0.01 | setting schedule is absent",
                "sgd schedule=constant | setting lr is absent",
                "sgd lr=small schedule=constant | setting lr must be a number, was small",
                "sgd lr=1 schedule=WarmupLR warmupMinLr=0 warmupMaxLr=1 | setting warmupSteps is absent",
                "'' | setting lr is absent"
            })
    void aScheduleOfUnknownRulesIsNotJudged(String optimizer, String reason) {
        Evidence found = schedule(optimizer, UnaryOperator.identity());
        assertThat(found.verdict()).isEqualTo(Verdict.NOT_JUDGED);
        assertThat(found.sentence()).startsWith("seed1: " + reason);
    }

    // training-semantics.md: the first step has the optimizer's own rate; after applied step i = 0, 1,
    // ... min + (max - min)·(i < warmup ? ln(i+1)/ln(warmup) : 1); a skipped step does not count
    @Test
    void warmupFollowsTheLogarithmOfTheStepsThatWereApplied() {
        String optimizer = "sgd lr=0.5 schedule=WarmupLR warmupMinLr=0.001 warmupMaxLr=0.101 warmupSteps=100";
        UnaryOperator<StepRecord> rates = s -> {
            // steps 80, 160, ... are skipped
            long applied = s.step() - 1 - (s.step() - 1) / 80;
            double rate = applied == 0 ? 0.5 : applied <= 100 ? 0.001 + 0.1 * Math.log10((double) applied) / 2 : 0.101;
            return Traces.with(s, s.loss(), s.scale(), rate, Traces.norm(s), s.replicas());
        };
        assertThat(schedule(optimizer, rates).verdict()).isEqualTo(Verdict.PASS);
        assertThat(schedule(optimizer.replace("warmupSteps=100", "warmupSteps=101"), rates)
                        .verdict())
                .isEqualTo(Verdict.FAIL);
    }

    /// Replays scales that were worked out by hand.
    private static Verdict scales(String scaler, String settings, double[] scales, boolean... skips) {
        List<TraceRecord> records = new ArrayList<>();
        for (int i = 0; i < scales.length; i++) {
            records.add(new StepRecord(
                    i + 1,
                    1,
                    List.of(1.0),
                    scales[i],
                    skips[i],
                    0.1,
                    new TreeMap<>(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of()));
        }
        Provenance provenance = Provenance.of(
                "recorded",
                Map.of(Provenance.LOSS_SCALER, scaler, Provenance.LOSS_SCALER_SETTINGS, settings),
                Map.of(),
                Map.of());
        RunTrace run = RunTrace.of("run", new TraceRecord.Header(1, provenance), records, List.of());
        return Judging.judge(new ScalerReplayGate(), List.of(new Pair(run, run)))
                .verdict();
    }

    // by hand from training-semantics.md, window 3, iterations 0, 1, 2, ...; last overflow -1 at the
    // start: iterations 0 and 1 keep, 2 grows ((2+1) % 3 = 0) to 8; 3 uses hysteresis; 4 halves to 4; 5
    // and 6 keep, 7 grows ((7-4) % 3 = 0) to 8 and restores hysteresis; 8 uses it up
    @Test
    void theScalerOfZeroIsReplayed() {
        double[] scales = {4, 4, 4, 8, 8, 4, 4, 4, 8, 8};
        boolean[] skips = {false, false, false, true, true, false, false, false, true, false};
        assertThat(scales("zero", "initial=4 window=3 hysteresis=2 min=1", scales, skips))
                .isEqualTo(Verdict.PASS);
        scales[9] = 4;
        assertThat(scales("zero", "initial=4 window=3 hysteresis=2 min=1", scales, skips))
                .isEqualTo(Verdict.FAIL);
    }

    // by hand: without hysteresis, stable = iteration - last overflow - 1 counts from the step after:
    // iteration 3 is the third stable one and grows to 8; 4 and 5 halve, to 4 and to the minimum of 3; 6
    // to 8 keep, 9 grows
    @Test
    void theUnfusedScalerIsReplayed() {
        double[] scales = {4, 4, 4, 4, 8, 4, 3, 3, 3, 3, 6};
        boolean[] skips = {false, false, false, false, true, true, false, false, false, false, false};
        assertThat(scales("unfused", "initial=4 window=3 hysteresis=2 min=3", scales, skips))
                .isEqualTo(Verdict.PASS);
        scales[10] = 3;
        assertThat(scales("unfused", "initial=4 window=3 hysteresis=2 min=3", scales, skips))
                .isEqualTo(Verdict.FAIL);
    }

    @Test
    void aStaticScaleStaysAndWithoutScalerItIsOne() {
        double[] scales = {8, 8};
        assertThat(scales("static", "scale=8", scales, true, false)).isEqualTo(Verdict.PASS);
        assertThat(scales("static", "scale=4", scales, true, false)).isEqualTo(Verdict.FAIL);
        assertThat(scales("none", "", scales, false, false)).isEqualTo(Verdict.FAIL);
        assertThat(scales("none", "", new double[] {1, 1}, false, false)).isEqualTo(Verdict.PASS);
    }

    @Test
    void aLogHasNothingToReplay() {
        RunTrace log = new RunTrace(
                "run.log",
                Provenance.of("deepspeed", Map.of(Provenance.LOSS_SCALER, "zero"), Map.of(), Map.of()),
                List.of(),
                List.of(),
                List.<ScaleEvent>of(),
                List.of(),
                List.of(),
                List.of(),
                Optional.empty());
        Evidence found = Judging.judge(new ScalerReplayGate(), List.of(new Pair(log, log)));
        assertThat(found.verdict()).isEqualTo(Verdict.NOT_JUDGED);
        assertThat(found.sentence()).isEqualTo("run.log does not record each step's scale");
    }
}

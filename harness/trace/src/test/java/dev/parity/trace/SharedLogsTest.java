package dev.parity.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every text log of `../shared/logs`. The counts come from the command in the comment, run in that folder.
final class SharedLogsTest {
    private static Map<ScaleEvent.Kind, Long> kinds(RunTrace run) {
        return run.scaleEvents().stream().collect(Collectors.groupingBy(ScaleEvent::kind, Collectors.counting()));
    }

    private static Map<String, Integer> points(RunTrace run) {
        return run.seriesNames().stream()
                .collect(Collectors.toMap(name -> name, name -> run.series(name).size()));
    }

    // grep -cE '^\[ *[0-9]+, *[0-9]+\] loss' FILE: 10 and 5; grep -c OVERFLOW FILE: 3 and 0;
    // grep -c Increasing FILE: 0 and 2, of two ranks; the growth of GPU from 8192 to 16384 is between its lines 4 and
    // 11
    @ParameterizedTest
    @CsvSource({"GPU, zero, 10, 2, 1, 1", "NPU, unfused, 5, 0, 0, 1"})
    void mixtureOfExperts(String device, String scaler, int losses, long reduced, long kept, long grown) {
        RunTrace run =
                SharedLogs.read("deepspeed-0.11-cifar10-moe-fp16-%s-wangshuai09-2023-10-31.log".formatted(device));
        assertThat(run.provenance().source()).isEqualTo("deepspeed");
        assertThat(points(run)).isEqualTo(Map.of(Series.LOSS, losses));
        assertThat(kinds(run).getOrDefault(ScaleEvent.Kind.REDUCED, 0L)).isEqualTo(reduced);
        assertThat(kinds(run).getOrDefault(ScaleEvent.Kind.HYSTERESIS, 0L)).isEqualTo(kept);
        assertThat(kinds(run)).containsEntry(ScaleEvent.Kind.GREW, grown);
        assertThat(run.evaluations()).hasSize(1);
        assertThat(run.gaps()).isEmpty();
        assertThat(run.provenance().comparability())
                .containsOnly(
                        Map.entry(Provenance.DTYPE, "fp16"),
                        Map.entry(Provenance.LOSS_SCALER, scaler),
                        Map.entry(Provenance.WORLD, "2"));
    }

    // grep -oE 'iteration: [0-9]+' FILE | sort -u: 13437 14075 92757 93732; grep -c Increasing FILE: 12, of
    // four ranks; grep -c 'Accuracy of the' FILE: 4; grep -c 'step=' FILE: 1 that DeepSpeed reports
    @Test
    void fourRanksThatRepeatEachOther() {
        RunTrace run = SharedLogs.read("deepspeed-0.11-cifar10-dense-fp16-NPU-4rank-wangshuai09-2023-10-31.log");
        assertThat(points(run)).isEqualTo(Map.of(Series.LOSS, 2, Series.LEARNING_RATE, 1, Series.SKIPPED_SO_FAR, 1));
        assertThat(run.scaleEvents().stream().filter(ScaleEvent::exact).map(ScaleEvent::step))
                .containsExactly(13437L, 14075L, 92757L, 93732L);
        assertThat(kinds(run)).isEqualTo(Map.of(ScaleEvent.Kind.REDUCED, 4L, ScaleEvent.Kind.GREW, 3L));
        assertThat(run.evaluations().getFirst().ranks()).hasSize(4);
        assertThat(run.gaps()).isEmpty();
    }

    // the decoy: another number of ranks than the log of the mixture of experts
    @Test
    void theDenseNetIsAnotherRunThanTheMixture() {
        RunTrace dense = SharedLogs.read("deepspeed-0.11-cifar10-dense-fp16-NPU-4rank-wangshuai09-2023-10-31.log");
        RunTrace mixture = SharedLogs.read("deepspeed-0.11-cifar10-moe-fp16-NPU-wangshuai09-2023-10-31.log");
        assertThat(dense.provenance().agreement(Provenance.WORLD, mixture.provenance()))
                .isEqualTo(Provenance.Agreement.DIFFERENT);
    }

    // grep -c ^step: FILE: 31; grep -c OVERFLOW FILE: 23, of which grep -c hysteresis\ is: 1;
    // grep -E 'zero_optim|train_batch|scale_args|version=' FILE; grep -c exits FILE: 4
    @ParameterizedTest
    @ValueSource(strings = {"runA", "runB"})
    void repeatsOfOneRun(String name) {
        RunTrace run = SharedLogs.read("deepspeed-0.15.1-gpt2-fp16-zero1-4gpu-%s-2024-09-15.log".formatted(name));
        assertThat(points(run)).isEqualTo(Map.of(Series.LOSS, 31));
        assertThat(kinds(run)).isEqualTo(Map.of(ScaleEvent.Kind.HYSTERESIS, 1L, ScaleEvent.Kind.REDUCED, 22L));
        assertThat(run.gaps()).isEmpty();
        assertThat(run.provenance().comparability())
                .containsOnly(
                        Map.entry(Provenance.BATCH_SIZE, "16"),
                        Map.entry(Provenance.DTYPE, "fp16"),
                        Map.entry(Provenance.LOSS_SCALER, "zero"),
                        Map.entry(
                                Provenance.LOSS_SCALER_SETTINGS,
                                "initial=4.294967296E9 window=1000 hysteresis=2 min=1.0"),
                        Map.entry(Provenance.WORLD, "4"),
                        Map.entry(Provenance.ZERO_STAGE, "1"));
        assertThat(run.provenance().underTest()).containsEntry(Provenance.DEEPSPEED, "0.15.1");
        assertThat(run.provenance().context())
                .containsEntry(Provenance.ORIGIN_OF + Provenance.ZERO_STAGE, run.name() + ":10");
    }

    // grep -c '^Step at' FILE: 524; grep -c '\] step=' FILE: 132; grep -c 'poch at' FILE: 2;
    // grep -o 'overflow on iteration: .*' FILE
    @ParameterizedTest
    @CsvSource({"my_implementation_fp16, 3, 20", "with_kernel_fp16, 2, 38"})
    void perplexitiesWhoseStepsRestart(String name, long third, long fourth) {
        RunTrace run = SharedLogs.read("deepspeed-0.7.3-randomltd-gpt-train_%s-2022-10.log".formatted(name));
        assertThat(points(run))
                .isEqualTo(Map.of(
                        Series.PERPLEXITY, 524,
                        Series.VALIDATION_PERPLEXITY, 2,
                        Series.LEARNING_RATE, 132,
                        Series.SKIPPED_SO_FAR, 132));
        assertThat(run.series(Series.PERPLEXITY).stream().map(point -> point.epoch() * 1000L + point.step()))
                .doesNotHaveDuplicates()
                .endsWith(2262L);
        assertThat(run.scaleEvents()).extracting(ScaleEvent::step).containsExactly(0L, 1L, third, fourth);
        assertThat(run.scaleEvents()).allMatch(ScaleEvent::exact);
        assertThat(run.gaps()).isEmpty();
    }

    // grep -c '\] step=' FILE: 141; grep -c OVERFLOW FILE: 24, grep -c 'hysteresis is' FILE: 10; grep -c ^ppl FILE: 4;
    // growths: awk '/OVERFLOW/{match($0,/scale: [0-9]+/);f=substr($0,RSTART+7,RLENGTH-7)+0;if(t)for(;t<f;t*=2)n++;
    // t=f;if(match($0,/reducing to [0-9]+/))t=substr($0,RSTART+12,RLENGTH-12)+0}END{print n}' FILE: 13
    @Test
    void growthThatIsNotPrinted() {
        RunTrace run = SharedLogs.read("deepspeed-0.9-zero-sft-opt1.3b-2023-04.log");
        assertThat(points(run))
                .isEqualTo(
                        Map.of(Series.VALIDATION_PERPLEXITY, 4, Series.LEARNING_RATE, 141, Series.SKIPPED_SO_FAR, 141));
        assertThat(kinds(run))
                .isEqualTo(Map.of(
                        ScaleEvent.Kind.HYSTERESIS, 10L, ScaleEvent.Kind.REDUCED, 14L, ScaleEvent.Kind.GREW, 13L));
        assertThat(run.gaps()).singleElement().asString().contains("no loss was recognised");
        assertThat(run.provenance().comparability())
                .containsEntry(Provenance.ZERO_STAGE, "2")
                .containsEntry(Provenance.SEED, "1234")
                .containsEntry(Provenance.MICRO_BATCH_SIZE, "8")
                .containsEntry(
                        Provenance.OPTIMIZER,
                        "lr=9.65E-6 beta1=0.9 beta2=0.95 weightDecay=0.0 schedule=cosine warmupSteps=0");
    }

    // grep -c 'iteration  *[0-9]*/' FILE: 10; grep -c 'lm loss' FILE: 9, in the first ten all were skipped
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void megatronOnOneAndTwoNodes(int nodes) {
        RunTrace run = SharedLogs.read("megatron-core-r0.8-fixstars-mdk-7B-fp16-%dnode.log".formatted(nodes));
        assertThat(run.provenance().source()).isEqualTo("megatron");
        assertThat(points(run))
                .isEqualTo(Map.of(
                        Series.LOSS,
                        9,
                        Series.gradientNorm(StepRecord.GLOBAL),
                        9,
                        Series.LEARNING_RATE,
                        10,
                        Series.LOSS_SCALE,
                        10,
                        Series.SKIPPED,
                        10,
                        Series.NAN_STEPS,
                        10));
        assertThat(run.losses()).extracting(Point::window).containsOnly(10);
        assertThat(run.series(Series.SKIPPED).getFirst())
                .isEqualTo(new Point(Series.SKIPPED, 0, 10, Point.EVERY_RANK, 10, 10, 0, run.name() + ":2"));
        assertThat(run.gaps()).isEmpty();
        assertThat(run.provenance().comparability())
                .containsOnly(
                        Map.entry(Provenance.BATCH_SIZE, "1024"),
                        Map.entry(Provenance.DTYPE, "fp16"),
                        Map.entry(Provenance.LOSS_SCALER, "megatron"),
                        Map.entry(Provenance.TOTAL_ITERATIONS, "500000"));
    }

    // grep -c 'lm loss' FILE: 8; the spike: sort -t: of 'lm loss: [^|]*' gives 8.715872E+00 at 29060
    @Test
    void aLossSpike() {
        RunTrace run = SharedLogs.read("megatron-ds-bigscience-tr1-13B-loss-spike-fp16.log");
        assertThat(run.losses()).hasSize(8);
        assertThat(run.losses().get(4))
                .isEqualTo(new Point(Series.LOSS, 0, 29060, Point.EVERY_RANK, 8.715872, 10, 1e-6, run.name() + ":9"));
        assertThat(run.series(Series.gradientNorm(StepRecord.GLOBAL)))
                .extracting(Point::value)
                .containsOnly(0.0);
        assertThat(run.gaps()).isEmpty();
    }
}

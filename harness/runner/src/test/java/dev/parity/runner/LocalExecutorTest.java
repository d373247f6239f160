package dev.parity.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parity.spi.BackendException;
import dev.parity.trace.Provenance;
import dev.parity.trace.TraceReader;
import dev.parity.trace.TraceWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
final class LocalExecutorTest {
    private static final Scenario SCENARIO = Scenarios.load(
            "moe-cifar", List.of("train.steps=4", "data.trainItems=96", "data.testItems=8", "study.seeds=2"));
    private static final RunSpec SPEC =
            new RunSpec("test", "reference", SCENARIO.training(), SCENARIO.reference(), Optional.empty(), List.of());

    @TempDir
    private Path folder;

    private RunPlan plan(String place) {
        return RunPlan.of(SCENARIO, Optional.empty(), List.of(), folder.resolve(place));
    }

    private static List<String> digests(List<Path> traces) {
        return traces.stream()
                .map(trace -> TraceReader.read(trace).end().orElseThrow().digest())
                .toList();
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 7})
    void tracesStandInThePlansOrderAndDoNotDependOnHowManyRunAtATime(int parallel) {
        RunPlan one = plan("one");
        RunPlan many = plan("many");
        List<Path> alone = new LocalExecutor(1).execute(one, false, RunExecutor.Progress.QUIET);
        List<Path> together = new LocalExecutor(parallel).execute(many, false, RunExecutor.Progress.QUIET);
        assertThat(together)
                .isEqualTo(many.runs().stream().map(RunPlan.Run::trace).toList());
        assertThat(digests(together)).isEqualTo(digests(alone)).doesNotHaveDuplicates();
    }

    @Test
    void endsAreHeardInThePlansOrder() {
        RunPlan plan = plan("heard");
        List<RunPlan.Run> finished = new ArrayList<>();
        new LocalExecutor(4).execute(plan, false, new RunExecutor.Progress() {
            @Override
            public void at(String run, int number, int runs, String phase, long done, long total) {}

            @Override
            public void finished(RunPlan.Run run) {
                finished.add(run);
            }
        });
        assertThat(finished).isEqualTo(plan.runs());
    }

    @Test
    void aRunThatStandsTwiceIsMadeOnce() {
        RunPlan.Run run = new RunPlan.Run(SPEC, folder.resolve("x.jsonl"));
        List<Integer> made = Collections.synchronizedList(new ArrayList<>());
        List<Path> traces = new LocalExecutor(2)
                .execute(new RunPlan(List.of(run, run)), false, (_, number, _, phase, _, _) -> {
                    if (phase.equals("evaluation")) {
                        made.add(number);
                    }
                });
        assertThat(made).containsExactly(1);
        assertThat(traces).containsExactly(run.trace(), run.trace());
    }

    @Test
    void aFinishedTraceIsUsedAgainWhenResumed() throws IOException {
        RunPlan plan = plan("again");
        List<Path> traces = new LocalExecutor(1).execute(plan, false, RunExecutor.Progress.QUIET);
        FileTime old = FileTime.fromMillis(0);
        for (Path trace : traces) {
            Files.setLastModifiedTime(trace, old);
        }
        new LocalExecutor(1).execute(plan, true, RunExecutor.Progress.QUIET);
        for (Path trace : traces) {
            assertThat(Files.getLastModifiedTime(trace)).isEqualTo(old);
        }
    }

    @Test
    void oneThatFailsIsNamedAndWhatHadNotBegunIsNotRun() throws IOException {
        RunPlan plan = RunPlan.of(SPEC, 1, 4, spec -> folder.resolve("%d.jsonl".formatted(spec.seed())));
        try (TraceWriter _ =
                new TraceWriter(folder.resolve("2.jsonl"), Provenance.of("recorded", Map.of(), Map.of(), Map.of()))) {
            assertThatThrownBy(() -> new LocalExecutor(1).execute(plan, false, RunExecutor.Progress.QUIET))
                    .isInstanceOf(RunFailedException.class)
                    .hasMessageStartingWith("reference seed 2 failed: ")
                    .hasMessageContaining("another run is writing this file")
                    .hasCauseInstanceOf(IllegalArgumentException.class);
        }
        assertThat(files()).containsExactly("1.jsonl", "2.jsonl");
        assertThat(digests(List.of(folder.resolve("1.jsonl")))).hasSize(1);
    }

    @Test
    void aListenerThatFailsStopsWhatHasNotBegun() throws IOException {
        RunPlan plan = RunPlan.of(SPEC, 1, 20, spec -> folder.resolve("%d.jsonl".formatted(spec.seed())));
        assertThatThrownBy(() -> new LocalExecutor(1).execute(plan, false, new RunExecutor.Progress() {
                    @Override
                    public void at(String run, int number, int runs, String phase, long done, long total) {}

                    @Override
                    public void finished(RunPlan.Run run) {
                        throw new IllegalStateException("nobody listens");
                    }
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("nobody listens");
        assertThat(files()).contains("1.jsonl").doesNotContain("20.jsonl");
    }

    @Test
    void anInterruptStopsTheRuns() throws IOException {
        RunPlan plan = RunPlan.of(SPEC, 1, 4, spec -> folder.resolve("%d.jsonl".formatted(spec.seed())));
        Thread waiting = Thread.currentThread();
        assertThatThrownBy(() -> new LocalExecutor(1).execute(plan, false, (_, _, _, phase, done, _) -> {
                    if (phase.equals("training") && done == 2) {
                        waiting.interrupt();
                    }
                }))
                .isInstanceOf(RunFailedException.class)
                .hasMessage("reference seed 1 failed: interrupted");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(files()).doesNotContain("3.jsonl", "4.jsonl");
    }

    @Test
    void aPlanIsCheckedBeforeAnythingIsWritten() throws IOException {
        Scenario saturating =
                Scenarios.load("moe-cifar", List.of("candidate.backend=cpu-fp64", "candidate.mode.overflow=saturate"));
        RunPlan wrongMode = RunPlan.of(saturating, Optional.empty(), List.of(), folder);
        assertThatThrownBy(() -> new LocalExecutor(1).check(wrongMode)).isInstanceOf(BackendException.class);
        RunPlan noFile = RunPlan.of(SPEC, 1, 1, _ -> folder);
        assertThatThrownBy(() -> new LocalExecutor(1).check(noFile))
                .hasMessage("%s is a folder: expected a trace file to write", folder);
        assertThat(files()).isEmpty();
    }

    @Test
    void aFolderThatCannotBeMadeIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "kept");
        RunPlan plan = RunPlan.of(SPEC, 1, 1, _ -> file.resolve("x.jsonl"));
        assertThatThrownBy(() -> new LocalExecutor(1).execute(plan, false, RunExecutor.Progress.QUIET))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("cannot make the folder of %s", file.resolve("x.jsonl"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 257})
    void aNumberOfRunsAtATimeThatIsNoneIsRefused(int parallel) {
        assertThatThrownBy(() -> new LocalExecutor(parallel)).hasMessage("parallel must be 1 to 256, was %d", parallel);
    }

    @ParameterizedTest
    @CsvSource({"0, 0.0", "-5, -0.005", "86400001, 86400.001"})
    void aTimeBetweenCheckpointsThatIsNoneIsRefused(long milliseconds, String seconds) {
        assertThatThrownBy(() -> new LocalExecutor(1, Duration.ofMillis(milliseconds)))
                .hasMessage("seconds between checkpoints must be 0.001 to 86400, were %s", seconds);
    }
}

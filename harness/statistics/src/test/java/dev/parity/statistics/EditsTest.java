package dev.parity.statistics;

import static dev.parity.statistics.Judging.gate;
import static dev.parity.statistics.Traces.edit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.trace.RunTrace;
import dev.parity.trace.TraceRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Edits planted by hand in the candidates' traces of eight seeds: none may pass. Those that only a
/// statistical detector can see (lag, shuffled or frozen losses, collapsed routing) are not here.
@Tag("whole")
final class EditsTest {
    private static final List<RunTrace> RUNS = IntStream.rangeClosed(1, 8)
            .mapToObj(seed -> Traces.run(seed, UnaryOperator.identity()))
            .toList();

    @ParameterizedTest
    @MethodSource({"dev.parity.statistics.Edits#ofWhatIsRecorded", "dev.parity.statistics.EditsOfWhatAgrees#edits"})
    void anEditOfEveryCandidateDoesNotPass(UnaryOperator<List<TraceRecord>> edit, String gate, Verdict verdict) {
        List<Pair> pairs =
                RUNS.stream().map(run -> new Pair(run, edit(run, edit))).toList();
        ParityResult result = new Comparison(pairs, Profile.STRICT, Map.of()).judge();
        assertThat(gate(result, gate).verdict())
                .as(gate(result, gate).sentence())
                .isEqualTo(verdict);
        assertThat(result.verdict()).isIn(Verdict.INCONCLUSIVE, Verdict.FAIL);
    }

    @ParameterizedTest
    @MethodSource({"dev.parity.statistics.Edits#ofWhatIsRecorded", "dev.parity.statistics.EditsOfWhatAgrees#edits"})
    void anEditOfOneOfEightReferencesDoesNotPassEither(
            UnaryOperator<List<TraceRecord>> edit, String gate, Verdict verdict) {
        List<Pair> pairs =
                new ArrayList<>(RUNS.stream().map(run -> new Pair(run, run)).toList());
        pairs.set(5, new Pair(edit(RUNS.get(5), edit), RUNS.get(5)));
        ParityResult result = new Comparison(pairs, Profile.STRICT, Map.of()).judge();
        // one layer's norms of one run are for the interval of eight to judge
        if (!gate.equals("gradient-norm")) {
            assertThat(gate(result, gate).verdict()).isIn(Verdict.INCONCLUSIVE, verdict);
        }
        assertThat(result.verdict()).isIn(Verdict.INCONCLUSIVE, Verdict.FAIL);
    }

    @Test
    void withoutAnEditTheEightPass() {
        List<Pair> pairs =
                RUNS.stream().map(run -> new Pair(run, edit(run, r -> r))).toList();
        assertThat(new Comparison(pairs, Profile.STRICT, Map.of()).judge().verdict())
                .isEqualTo(Verdict.PASS);
    }
}

package dev.parity.reports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.statistics.Estimate;
import dev.parity.statistics.Evidence;
import dev.parity.statistics.Interval;
import dev.parity.statistics.Unit;
import dev.parity.statistics.Verdict;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class GateTextTest {
    @Test
    void aDifferenceIsWrittenWithItsMarginAndThePartsThatDoNotPass() {
        Estimate estimate = new Estimate(3.5, new Interval(2.25, 4.75), 16, 12.5, 0.001, 1.5);
        Evidence evidence = new Evidence.Parts(
                new Evidence.Equivalence(
                        "class-accuracy",
                        Verdict.FAIL,
                        "cats are off",
                        "largest difference",
                        Unit.POINTS,
                        estimate,
                        2,
                        List.of("npu.jsonl, step 9")),
                List.of(
                        new Evidence.Part("cat", Verdict.FAIL, 60, 56.5, -3.5, new Interval(-4.75, -2.25), 0.001),
                        new Evidence.Part("dog", Verdict.PASS, 60, 60, 0, new Interval(-1, 1), 1)));
        assertThat(GateText.of(evidence)).isEqualTo("""
                class-accuracy: FAIL: cats are off
                  largest difference: 3.50 pp, 90 % interval 2.25 pp … 4.75 pp, margin 2.00 pp
                  n 16, n effective 12.50, p 0.001000, detectable 1.50 pp
                  cat: FAIL: reference 60.00, candidate 56.50, difference -3.50 pp, 90 % interval -4.75 pp … -2.25 pp
                  at npu.jsonl, step 9""");
    }

    @Test
    void aRuleNamesSomePlacesAndCountsTheOthers() {
        List<String> places = IntStream.rangeClosed(1, 7)
                .mapToObj(line -> "npu\n.log:" + line)
                .toList();
        assertThat(GateText.of(new Evidence.Rule("length", Verdict.INCONCLUSIVE, "cut", places)))
                .isEqualTo("""
                        length: INCONCLUSIVE: cut
                          at npu\\u000a.log:1
                          at npu\\u000a.log:2
                          at npu\\u000a.log:3
                          at npu\\u000a.log:4
                          at npu\\u000a.log:5
                          and at 2 places more, see the report""");
    }
}

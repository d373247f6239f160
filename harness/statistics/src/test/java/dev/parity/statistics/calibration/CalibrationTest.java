package dev.parity.statistics.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.statistics.Verdict;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

final class CalibrationTest {
    private static final Subject EQUAL = subject("equal", false);
    private static final Subject FAULT = subject("fault=1", false, "backward", "collective");
    private static final Subject DECLARED = subject("declared=1", true, "data");

    private static Subject subject(String name, boolean mayBeInvalid, String... suspects) {
        return new Subject(name, "s", List.of(), new LinkedHashSet<>(Arrays.asList(suspects)), mayBeInvalid);
    }

    private static Trial trial(Subject subject, Verdict verdict, String suspect, Map<String, Verdict> gates) {
        SequencedMap<String, Verdict> ordered = new LinkedHashMap<>(gates);
        return new Trial(
                subject, 1, 1, verdict, ordered, Optional.of(suspect).filter(name -> !name.isEmpty()), "", 2.0);
    }

    private static Trial trial(Subject subject, Verdict verdict, String suspect) {
        return trial(subject, verdict, suspect, Map.of());
    }

    @Test
    void ofEqualRunsPassAndWarnAreRight() {
        for (Verdict verdict : Verdict.values()) {
            boolean right = verdict == Verdict.PASS || verdict == Verdict.WARN;
            assertThat(trial(EQUAL, verdict, "").isRight()).as("%s", verdict).isEqualTo(right);
        }
    }

    @Test
    void ofAFaultOnlyAFailureIsRight() {
        for (Verdict verdict : Verdict.values()) {
            assertThat(trial(FAULT, verdict, "").isRight()).as("%s", verdict).isEqualTo(verdict == Verdict.FAIL);
        }
        assertThat(trial(DECLARED, Verdict.INVALID, "").isRight()).isTrue();
        assertThat(trial(DECLARED, Verdict.INCONCLUSIVE, "").isRight()).isFalse();
    }

    @Test
    void trialsAreCounted() {
        Calibration found = new Calibration(List.of(
                trial(EQUAL, Verdict.PASS, "", Map.of("a", Verdict.PASS)),
                trial(EQUAL, Verdict.FAIL, "data", Map.of("a", Verdict.FAIL)),
                trial(EQUAL, Verdict.INCONCLUSIVE, "", Map.of("a", Verdict.NOT_JUDGED)),
                trial(FAULT, Verdict.FAIL, "collective", Map.of("a", Verdict.FAIL, "b", Verdict.PASS)),
                trial(FAULT, Verdict.FAIL, "data"),
                trial(FAULT, Verdict.INCONCLUSIVE, "")));
        assertThat(found.part(true).right()).isEqualTo(new Rate(1, 3));
        assertThat(found.part(true).failed()).isEqualTo(new Rate(1, 3));
        assertThat(found.part(true).failed("a")).isEqualTo(new Rate(1, 2));
        assertThat(found.part(false).right()).isEqualTo(new Rate(2, 3));
        assertThat(found.part(false).namedTheCause()).isEqualTo(new Rate(1, 2));
        assertThat(found.part(false).failed("b")).isEqualTo(new Rate(0, 1));
        assertThat(found.bySubject(false)).containsOnlyKeys(FAULT);
        assertThat(found.gates()).containsExactlyInAnyOrder("a", "b");
        assertThat(found.medianSeconds()).isEqualTo(2.0);
    }
}

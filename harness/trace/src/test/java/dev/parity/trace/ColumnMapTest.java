package dev.parity.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ColumnMapTest {
    @Test
    void seriesGoByTheNamesThatPeopleWrite() {
        Map<String, String> given = new LinkedHashMap<>();
        given.put("step", "it");
        given.put("gradNorm", "g");
        given.put("learningRate", "rate");
        given.put("grad-norm/fc1.weight", "fc1");
        assertThat(new ColumnMap(given).columns())
                .containsExactly(
                        Map.entry("step", "it"),
                        Map.entry(Series.gradientNorm(StepRecord.GLOBAL), "g"),
                        Map.entry(Series.LEARNING_RATE, "rate"),
                        Map.entry(Series.gradientNorm("fc1.weight"), "fc1"));
        given.clear();
        assertThat(ColumnMap.USUAL.columns()).isEmpty();
    }

    @Test
    void whatNamesNoSeriesIsRefused() {
        assertThatThrownBy(() -> new ColumnMap(Map.of("lss", "x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("there is no series 'lss' to map a column to, there are [")
                .hasMessageContaining("gradNorm")
                .hasMessageContaining("loss-scale")
                .hasMessageEndingWith("and grad-norm/PARAMETER");
    }
}

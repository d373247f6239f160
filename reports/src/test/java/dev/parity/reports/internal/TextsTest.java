package dev.parity.reports.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.statistics.Verdict;
import java.io.IOException;
import java.io.StringReader;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The words of the pages in both languages.
final class TextsTest {
    private static Set<String> keys(String language) throws IOException {
        Properties texts = new Properties();
        texts.load(new StringReader(Resource.read("texts_%s.properties".formatted(language))));
        return texts.stringPropertyNames();
    }

    /// Attributes hold one language: those of the charts are English.
    @Test
    void bothLanguagesHaveTheSameTexts() throws IOException {
        Set<String> english =
                keys("en").stream().filter(key -> !key.startsWith("chart.")).collect(Collectors.toSet());
        assertThat(keys("zh")).isEqualTo(english).hasSizeGreaterThan(100);
    }

    @ParameterizedTest
    @EnumSource(value = Verdict.class, mode = EnumSource.Mode.EXCLUDE, names = "NOT_JUDGED")
    void theVerdictOfAComparisonHasWordsInBothLanguages(Verdict verdict) throws IOException {
        assertThat(keys("zh")).contains("verdict." + ReportPage.Tag.of(verdict).css());
    }
}

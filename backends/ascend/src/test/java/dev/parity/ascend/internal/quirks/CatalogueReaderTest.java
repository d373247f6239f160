package dev.parity.ascend.internal.quirks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parity.spi.Quirk;
import dev.parity.spi.QuirkCatalogue;
import dev.parity.spi.QuirkCatalogue.Codes;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the catalogue says and what its reader refuses.
final class CatalogueReaderTest {
    private static final String GOOD = """
            - id: some-quirk
              title: A title
              symptoms: [{line: 'abc', certainty: certain}]
              products: [A2]
              versions: all
              place: python
              certain: true
              cause: A cause
              workaround: A workaround
              off: A switch
              diagnoseOnly: A reason
              source: A source
            """;

    private static final QuirkCatalogue ASCEND = new AscendQuirks();

    @Test
    void theCatalogueIsFoundAndHasTheFourProblemsOfTheFirstPort() {
        List<String> ids = QuirkCatalogue.all().stream()
                .flatMap(catalogue -> catalogue.quirks().stream())
                .map(Quirk::id)
                .toList();
        assertThat(ids)
                .contains(
                        "bool-tensor-with-gradient",
                        "hccl-reduces-no-bytes",
                        "format-cast-of-cpu-tensor",
                        "compiler-in-daemonic-process")
                .hasSizeGreaterThanOrEqualTo(24);
    }

    @Test
    void whatASourceCallsUncertainIsSaidToBe() {
        assertThat(ASCEND.quirks().stream().filter(quirk -> !quirk.certain()).map(Quirk::id))
                .contains("matmul-k-shift", "topk-ties", "fp32-conv-cube-type-0");
    }

    // hicann/ops-nn docs/zh/context/aclnn_return_code.md; CANN 8.1 acl/error_codes/rt_error_codes.h
    @Test
    void codesHaveTheirMeaningAndUnknownOnesThatOfTheirRange() {
        Codes numbers = ASCEND.codes().getFirst();
        assertThat(numbers.meaning("507015")).contains("ACL_ERROR_RT_AICORE_EXCEPTION");
        assertThat(numbers.meaning("161002").orElseThrow()).startsWith("aclnn PARAM_INVALID");
        assertThat(numbers.meaning("599999")).contains("an internal error of CANN");
        assertThat(numbers.meaning("900000")).isEmpty();
    }

    @Test
    void aGoodEntryIsRead() {
        assertThat(CatalogueReader.quirks(GOOD, "q.yaml")).singleElement().satisfies(quirk -> {
            assertThat(quirk.place()).isEqualTo(Quirk.Place.PYTHON);
            assertThat(quirk.home()).isEqualTo(new Quirk.Home.DiagnoseOnly("A reason"));
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    title: A title    | title: A title ; titel: B    | titel
                    title: A title    | title: A title ; title: B    | uplicate
                    title: A title    | titel: A title               | title
                    title: A title    | title: ' '                   | must have a text
                    'abc'             | 'a(bc'                       | Unclosed group
                    certain: true     | ''                           | certain
                    cause: A cause    | ''                           | cause
                    place: python     | place: snake                 | snake
                    id: some-quirk    | id: Some Quirk               | lower case words
                    products: [A2]    | products: []                 | must name a product
                    diagnoseOnly: A reason | source: A source        | ource
                    diagnoseOnly: A reason | reproduced: []          | must name a setting
                    """)
    void aBadEntryIsRefusedWithFileAndEntry(String good, String bad, String reason) {
        assertThatThrownBy(() -> CatalogueReader.quirks(GOOD.replace(good, bad.replace(" ; ", "\n  ")), "q.yaml"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("q.yaml")
                .hasMessageContaining(reason);
    }

    @Test
    void anIdStandsOnce() {
        assertThatThrownBy(() -> CatalogueReader.quirks(GOOD + GOOD, "q.yaml"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("q.yaml, entry 2 (some-quirk): the id stands twice");
    }

    @Test
    void aQuirkHasOneHome() {
        assertThatThrownBy(() -> CatalogueReader.quirks(GOOD + "  reproduced: [a=b]\n", "q.yaml"))
                .hasMessageContaining("expected one of 'reproduced', 'planted', 'fakeDevice' and 'diagnoseOnly'");
    }

    @Test
    void aKindOfCodeHasOneGroup() {
        assertThatThrownBy(() -> CatalogueReader.codes("- {printed: abc, meanings: {}, source: s}", "c.yaml"))
                .hasMessageContaining("c.yaml, entry 1")
                .hasMessageContaining("must have one group");
    }
}

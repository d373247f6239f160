package dev.parity.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.spi.Canonical;
import dev.parity.spi.DeviceModel;
import dev.parity.spi.MatrixRule;
import dev.parity.spi.MatrixRule.BlockSum;
import dev.parity.spi.MatrixRule.Join;
import dev.parity.spi.MatrixRule.Rounding;
import dev.parity.spi.OperandFormat;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Answers that were published name the units that gave them.
final class RuleSearchTest {
    private static RuleSearch search(Map<String, String> answers) {
        return RuleSearch.of(Calibration.vectors().stream()
                .filter(vector -> answers.containsKey(vector.id()))
                .map(vector -> new Answer(
                        vector.id(),
                        vector.dot(),
                        vector.half(),
                        HexFormat.fromHexDigits(answers.getOrDefault(vector.id(), ""))))
                .toList());
    }

    private static List<String> names(RuleSearch search) {
        return search.named().stream().map(NamedRule::name).toList();
    }

    @ParameterizedTest
    @CsvSource({
        "v100, 4, truncated, fused, rz, 23, v100",
        "a100, 8, truncated, fused, rz, 24, a100 a2 ada l40s",
        "h100, 16, truncated, fused, rz, 25, b200 h100 h200"
    })
    void aTensorCoresAnswersNameItsParameters(
            String column,
            String products,
            String blockSum,
            String join,
            String rounding,
            String fraction,
            String named) {
        RuleSearch search = search(PublishedAnswers.of(column));
        assertThat(search.contradicted()).isZero();
        assertThat(search.found())
                .containsEntry("blockSum", Set.of(blockSum))
                .containsEntry("join", Set.of(join))
                .containsEntry("rounding", Set.of(rounding))
                .containsEntry("fraction", Set.of(fraction));
        assertThat(search.found().get("products")).contains(products);
        assertThat(names(search)).containsExactly(named.split(" ", -1));
    }

    // the published vectors leave more open: an exact sum and one that keeps 27 bits give the same
    @ParameterizedTest
    @CsvSource({"cube-rne, exact, fused, 910b cube-rne, cube-tree", "cube-tree, pairwise, separate, cube-tree, cube-rne"
    })
    void aCubesAnswersNameItsPreset(String column, String blockSum, String join, String named, String other) {
        RuleSearch search = search(PublishedAnswers.of(column));
        assertThat(search.contradicted()).isZero();
        assertThat(search.found()).containsEntry("join", Set.of(join));
        assertThat(search.found().get("blockSum")).contains(blockSum);
        assertThat(search.found().get("products")).contains("16");
        assertThat(names(search)).contains(named.split(" ", -1)).doesNotContain(other);
        assertThat(RuleSearch.settings(search.chosen()))
                .containsEntry("blockSum", blockSum)
                .containsEntry("products", "16");
    }

    // what no vector tells may be open, but every parameter that an answer can show is found
    @ParameterizedTest
    @ValueSource(ints = {3, 20_011, 40_507, 60_601, 103_001})
    void answersToAllVectorsLeadBackToTheRule(int place) {
        MatrixRule rule = RuleGrid.rules().get(place);
        RuleSearch search = RuleSearch.of(Calibration.vectors().stream()
                .map(vector -> {
                    Answer question = new Answer(vector.id(), vector.dot(), vector.half(), 0);
                    OperandFormat format = vector.dot().format();
                    String device = format == OperandFormat.TF32 ? "a100" : "910b";
                    int result = question.by(DeviceModel.of(device).unit(format, rule));
                    return new Answer(vector.id(), vector.dot(), vector.half(), result);
                })
                .toList());
        assertThat(search.contradicted()).isZero();
        assertThat(search.rules()).contains(rule).hasSizeLessThan(20);
        assertThat(search.found()).containsEntry("rounding", Set.of(Canonical.name(rule.rounding())));
    }

    @Test
    void aChainOfFusedMultiplyAddsIsFoundAndHasNoName() {
        RuleSearch search = search(PublishedAnswers.of("seq"));
        assertThat(search.contradicted()).isZero();
        assertThat(search.rules())
                .anyMatch(rule -> rule.blockSum() == BlockSum.SEQUENTIAL
                        && rule.join() == Join.FUSED
                        && rule.rounding() == Rounding.RNE);
        assertThat(names(search)).isEmpty();
    }

    // T2 has no second extra bit, so T3 cannot have a third
    @Test
    void anAnswerThatContradictsTheOthersIsNamed() {
        Map<String, String> answers = new TreeMap<>(PublishedAnswers.of("a100"));
        answers.put("T3", "3f8fffff");
        RuleSearch search = search(answers);
        assertThat(search.contradicted()).isEqualTo(1);
        MatrixRule nearest = search.chosen();
        assertThat(search.contradictions(nearest)).hasSize(1).allSatisfy((answer, said) -> {
            assertThat(answer.id()).isEqualTo("T3");
            assertThat(said).isEqualTo(0x3f900000);
        });
    }

    @Test
    void whatNoAnswerTellsIsOpen() {
        RuleSearch search = search(Map.of("T12b", "00000001"));
        assertThat(search.found()).containsEntry("flushInputs", Set.of("false"));
        assertThat(RuleSearch.isOpen("products", search.found().get("products")))
                .isTrue();
        assertThat(RuleSearch.isOpen("flushInputs", search.found().get("flushInputs")))
                .isFalse();
    }
}

package dev.parity.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.InputFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// The schema, which gives errors their line, and the records, which all callers meet, refuse the same
/// numbers.
final class SchemaTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /// The sections whose records are the engine's.
    private static final Set<String> TRAINING =
            Set.of("train", "data", "model", "parallel", "precision", "optimizer", "schedule", "evaluation", "trace");

    @TempDir
    private Path folder;

    /// A numeric property of the schema; `list` if it is the type of a list's entries.
    record Property(String section, String name, JsonNode rules, boolean list) {
        String key() {
            return "%s.%s".formatted(section, name) + (list ? "[0]" : "");
        }

        boolean whole() {
            return rules.get("type").asString().equals("integer");
        }

        @Override
        public String toString() {
            return key();
        }

        /// The bounds and their neighbours on both sides.
        List<Object> trials() {
            List<Object> trials = new ArrayList<>();
            for (String rule : List.of("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum")) {
                if (rules.has(rule) && whole()) {
                    long bound = rules.get(rule).asLong();
                    trials.addAll(List.of(bound - 1, bound, bound + 1));
                } else if (rules.has(rule)) {
                    double bound = rules.get(rule).asDouble();
                    trials.addAll(List.of(Math.nextDown(bound), bound, Math.nextUp(bound)));
                }
            }
            return trials;
        }
    }

    static Stream<Property> properties() throws IOException {
        JsonNode schema;
        try (InputStream in = SchemaTest.class.getResourceAsStream("/dev/parity/scenarios/scenario.schema.json")) {
            schema = JSON.readTree(in);
        }
        List<Property> found = new ArrayList<>();
        for (Map.Entry<String, JsonNode> section : schema.get("properties").properties()) {
            if (!TRAINING.contains(section.getKey())) {
                continue;
            }
            for (Map.Entry<String, JsonNode> entry :
                    section.getValue().get("properties").properties()) {
                JsonNode rules = entry.getValue();
                boolean list = rules.has("items");
                JsonNode type = (list ? rules.get("items") : rules).get("type");
                if (type != null && Set.of("integer", "number").contains(type.asString())) {
                    found.add(new Property(section.getKey(), entry.getKey(), list ? rules.get("items") : rules, list));
                }
            }
        }
        return found.stream();
    }

    @Test
    void everyNumberIsTried() throws IOException {
        assertThat(properties()).hasSizeGreaterThan(30);
    }

    @ParameterizedTest
    @MethodSource("properties")
    void everyNumberHasALowerBoundAndAWholeOneAnUpperBoundToo(Property property) {
        JsonNode rules = property.rules;
        assertThat(rules.has("minimum") || rules.has("exclusiveMinimum")).isTrue();
        assertThat(!property.whole() || rules.has("maximum")).isTrue();
    }

    @ParameterizedTest
    @MethodSource("properties")
    void schemaAndRecordsDrawTheSameLine(Property property) {
        for (Object trial : property.trials()) {
            assertThat(recordsRefuse(property, trial))
                    .as("%s = %s is refused by the records", property, trial)
                    .isEqualTo(schemaRefuses(property, trial));
        }
    }

    @ParameterizedTest
    @MethodSource("properties")
    void theLineIsDrawnAtAll(Property property) {
        assertThat(property.trials())
                .anyMatch(trial -> schemaRefuses(property, trial))
                .anyMatch(trial -> !schemaRefuses(property, trial));
    }

    @ParameterizedTest
    @MethodSource("properties")
    void whatIsNoFiniteNumberIsRefused(Property property) {
        if (!property.whole()) {
            for (double trial : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
                assertThat(recordsRefuse(property, trial))
                        .as("%s = %s", property, trial)
                        .isTrue();
            }
        }
    }

    private static boolean schemaRefuses(Property property, Object trial) {
        ObjectNode scenario = JSON.createObjectNode();
        put(scenario.putObject(property.section), property, trial);
        return !Scenarios.schema()
                .validate(scenario.toString(), InputFormat.JSON)
                .isEmpty();
    }

    /// Tells whether the records refuse a number for its own sake; rules between settings do not count.
    private static boolean recordsRefuse(Property property, Object trial) {
        ObjectNode scenario = (ObjectNode) new YAMLMapper().readTree(Scenarios.show("moe-cifar", List.of()));
        put((ObjectNode) scenario.get(property.section), property, trial);
        try {
            Scenarios.bind(scenario, "s.yaml");
            return false;
        } catch (ScenarioException refusal) {
            return refusal.getMessage().startsWith("s.yaml: %s must be in ".formatted(property.key()));
        }
    }

    private static void put(ObjectNode section, Property property, Object trial) {
        JsonNode number = JSON.valueToTree(trial);
        if (property.list) {
            ArrayNode list = section.putArray(property.name);
            list.add(number);
        } else {
            section.set(property.name, number);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {".nan", ".inf", "-.inf", "1e999"})
    void aFileCannotBringInWhatIsNoFiniteNumber(String number) throws IOException {
        Path file = Files.writeString(folder.resolve("mine.yaml"), "optimizer:\n  lr: %s\n".formatted(number));
        assertThatThrownBy(() -> Scenarios.load(file.toString(), List.of()))
                .isInstanceOf(ScenarioException.class)
                .hasMessageContaining("optimizer.lr");
    }
}

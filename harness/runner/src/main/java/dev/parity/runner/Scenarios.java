package dev.parity.runner;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.utils.JsonNodes;
import dev.parity.engine.TrainingConfig;
import dev.parity.statistics.Margins;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// Reads scenarios: a YAML file laid over the defaults, then `--set` overrides, checked against the JSON
/// schema.
public final class Scenarios {
    private static final String FOLDER = "/dev/parity/scenarios/";
    private static final List<String> TRAINING =
            List.of("train", "data", "model", "parallel", "precision", "optimizer", "schedule", "evaluation", "trace");
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private Scenarios() {}

    /// Lists the scenarios that come with the program.
    ///
    /// @return names
    public static List<String> names() {
        return resource("index.txt").lines().toList();
    }

    /// Reads a scenario.
    ///
    /// @param nameOrFile a name from [#names()], or a YAML file
    /// @param overrides `key.path=value`, applied in order
    /// @return the scenario
    /// @throws ScenarioException if it does not exist, or is wrong
    public static Scenario load(String nameOrFile, List<String> overrides) {
        return bind(effective(nameOrFile, overrides), nameOrFile);
    }

    /// Prints a scenario with every setting that holds.
    ///
    /// @param nameOrFile a name or a YAML file
    /// @param overrides `key.path=value`
    /// @return YAML, itself a scenario file
    public static String show(String nameOrFile, List<String> overrides) {
        ObjectNode tree = effective(nameOrFile, overrides);
        bind(tree, nameOrFile);
        return YAML.writeValueAsString(tree);
    }

    private static ObjectNode effective(String nameOrFile, List<String> overrides) {
        Path file = Path.of(nameOrFile);
        boolean known = names().contains(nameOrFile);
        if (!known && !Files.isRegularFile(file)) {
            throw new ScenarioException(
                    "there is no scenario '%s': expected a YAML file or one of %s".formatted(nameOrFile, names()),
                    null);
        }
        String text = known ? resource(nameOrFile + ".yaml") : read(file);
        String place = known ? nameOrFile + ".yaml" : nameOrFile;
        ObjectNode tree = parse(resource("defaults.yaml"), "defaults.yaml");
        ObjectNode parsed = parse(text, place);
        check(text, place);
        merge(tree, parsed);
        for (String override : overrides) {
            apply(tree, override);
        }
        return tree;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException problem) {
            throw new ScenarioException("cannot read %s: %s".formatted(file, problem), problem);
        }
    }

    private static String resource(String name) {
        try (@Nullable InputStream in = Scenarios.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                throw new IllegalStateException("parity-scenarios is not on the class path: no " + FOLDER + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    private static ObjectNode parse(String text, String place) {
        try {
            if (YAML.readTree(text) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException problem) {
            TokenStreamLocation at = problem.getLocation();
            String where = at == null ? "" : ":%d:%d".formatted(at.getLineNr(), at.getColumnNr());
            throw new ScenarioException("%s%s is no YAML: %s".formatted(place, where, firstLine(problem)), problem);
        }
        throw new ScenarioException("%s: expected keys and values".formatted(place), null);
    }

    /// Checks a text against the schema; every error carries line and column.
    private static void check(String text, String place) {
        List<String> errors = new ArrayList<>();
        try {
            for (Error error : schema().validate(text, InputFormat.YAML)) {
                errors.add(describe(error, place));
            }
        } catch (JacksonException | IllegalArgumentException problem) {
            parse(text, place); // says where
            throw new ScenarioException("%s cannot be checked: %s".formatted(place, problem.getMessage()), problem);
        }
        if (!errors.isEmpty()) {
            throw new ScenarioException(String.join("\n", errors), null);
        }
    }

    static Schema schema() {
        return SchemaRegistry.withDefaultDialect(
                        SpecificationVersion.DRAFT_2020_12,
                        builder -> builder.nodeReader(reader -> reader.locationAware()))
                .getSchema(resource("scenario.schema.json"), InputFormat.JSON);
    }

    private static String describe(Error error, String place) {
        JsonNode node = error.getInstanceNode();
        String property = error.getProperty();
        JsonNode exact = property != null && node != null && node.has(property) ? node.get(property) : node;
        TokenStreamLocation at = exact == null ? null : JsonNodes.tokenStreamLocationOf(exact);
        String where = at == null ? "" : ":%d:%d".formatted(at.getLineNr(), at.getColumnNr());
        String key = String.valueOf(error.getInstanceLocation())
                .replaceFirst("^/", "")
                .replace('/', '.');
        String found = exact == null || exact.isContainer() ? "" : ", found %s".formatted(exact);
        return "%s%s: %s%s%s".formatted(place, where, key.isEmpty() ? "" : key + ": ", error.getMessage(), found);
    }

    private static void merge(ObjectNode base, ObjectNode over) {
        for (Map.Entry<String, JsonNode> entry : over.properties()) {
            if (base.get(entry.getKey()) instanceof ObjectNode below && entry.getValue() instanceof ObjectNode above) {
                merge(below, above);
            } else {
                base.set(entry.getKey(), entry.getValue());
            }
        }
    }

    private static void apply(ObjectNode tree, String override) {
        int at = override.indexOf('=');
        if (at <= 0) {
            throw new ScenarioException("--set %s: expected KEY=VALUE".formatted(override), null);
        }
        String[] path = override.substring(0, at).split("\\.", -1);
        ObjectNode change = YAML.createObjectNode();
        ObjectNode inner = change;
        for (int i = 0; i < path.length - 1; i++) {
            inner = inner.putObject(path[i]);
        }
        String value = override.substring(at + 1);
        inner.set(path[path.length - 1], value(override, value));
        List<Error> errors = schema().validate(change.toString(), InputFormat.JSON);
        if (!errors.isEmpty()) {
            throw new ScenarioException(
                    errors.stream()
                            .map(error -> "--set %s: %s".formatted(override, error.getMessage()))
                            .collect(Collectors.joining("\n")),
                    null);
        }
        merge(tree, change);
    }

    private static JsonNode value(String override, String text) {
        try {
            return text.isEmpty() ? YAML.stringNode("") : YAML.readTree(text);
        } catch (JacksonException problem) {
            throw new ScenarioException(
                    "--set %s: the value is no YAML: %s".formatted(override, firstLine(problem)), problem);
        }
    }

    private static String firstLine(JacksonException problem) {
        return String.valueOf(problem.getOriginalMessage()).lines().findFirst().orElse("");
    }

    static Scenario bind(ObjectNode tree, String place) {
        ObjectNode rest = tree.deepCopy();
        ObjectNode training = YAML.createObjectNode();
        for (String key : TRAINING) {
            training.set(key, rest.remove(key));
        }
        try {
            TrainingConfig config = YAML.treeToValue(training, TrainingConfig.class);
            return new Scenario(
                    rest.path("name").asString(),
                    rest.path("description").asString(),
                    config,
                    YAML.treeToValue(rest.get("reference"), Scenario.Side.class),
                    YAML.treeToValue(rest.get("candidate"), Scenario.Side.class),
                    YAML.treeToValue(rest.get("study"), Scenario.Study.class),
                    YAML.treeToValue(rest.get("margins"), Margins.class));
        } catch (JacksonException problem) {
            Throwable cause = problem.getCause() instanceof IllegalArgumentException inner ? inner : problem;
            throw new ScenarioException("%s: %s".formatted(place, cause.getMessage()), problem);
        }
    }
}

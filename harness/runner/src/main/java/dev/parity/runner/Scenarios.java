package dev.parity.runner;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.utils.JsonNodes;
import dev.parity.engine.TrainingConfig;
import dev.parity.spi.NumericMode;
import dev.parity.statistics.Gate;
import dev.parity.statistics.Margin;
import dev.parity.statistics.Profile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
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
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// Reads scenarios: a YAML file laid over the defaults, then `--set` overrides, checked against the JSON
/// schema.
public final class Scenarios {
    private static final String FOLDER = "/dev/parity/scenarios/";
    /// Bytes; the time that a string takes grows with the square of its length.
    private static final int LONGEST_FILE = 1 << 20;
    /// Characters of `KEY=VALUE`.
    private static final int LONGEST_OVERRIDE = 1 << 16;
    /// Parts of a key; the schema has fewer.
    private static final int DEEPEST_KEY = 16;
    /// Characters of an override that a message shows.
    private static final int EXCERPT = 100;
    /// Errors that a message lists.
    private static final int MOST_ERRORS = 20;

    private static final List<String> TRAINING =
            List.of("train", "data", "model", "parallel", "precision", "optimizer", "schedule", "evaluation", "trace");
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private static final TypeReference<Map<String, Double>> MARGINS = new TypeReference<>() {};

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
        Profile profile = Profile.named(tree.path("profile").asString());
        ObjectNode margins = YAML.valueToTree(profile.margins().values());
        if (tree.remove("margins") instanceof ObjectNode chosen) {
            merge(margins, chosen);
        }
        tree.set("margins", margins);
        return tree;
    }

    private static String read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LONGEST_FILE + 1);
            if (bytes.length > LONGEST_FILE) {
                throw new ScenarioException(
                        "%s: expected a scenario of at most %d bytes, found more".formatted(file, LONGEST_FILE), null);
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
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
        refuse(errors);
    }

    /// The schema of the file, which knows of margins that they are numbers; which there are and how large they
    /// must be, the gates say, and which profiles there are, the statistics.
    static Schema schema() {
        ObjectNode schema = parse(resource("scenario.schema.json"), "scenario.schema.json");
        ObjectNode margins = ((ObjectNode) schema.get("properties").get("margins")).put("additionalProperties", false);
        ArrayNode profiles = ((ObjectNode) schema.get("properties").get("profile")).putArray("enum");
        Profile.NAMES.forEach(profiles::add);
        ObjectNode known = margins.putObject("properties");
        for (Gate gate : Gate.all()) {
            for (Margin margin : gate.margins()) {
                known.putObject(margin.name()).put("type", "number").put("exclusiveMinimum", margin.above());
            }
        }
        return SchemaRegistry.withDefaultDialect(
                        SpecificationVersion.DRAFT_2020_12,
                        builder -> builder.nodeReader(reader -> reader.locationAware()))
                .getSchema(schema.toString(), InputFormat.JSON);
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
        String shown = "--set " + (override.length() <= EXCERPT ? override : override.substring(0, EXCERPT) + "…");
        if (override.length() > LONGEST_OVERRIDE) {
            throw new ScenarioException(
                    "%s: expected at most %d characters, found %d"
                            .formatted(shown, LONGEST_OVERRIDE, override.length()),
                    null);
        }
        int at = override.indexOf('=');
        if (at <= 0) {
            throw new ScenarioException("%s: expected KEY=VALUE".formatted(shown), null);
        }
        String[] path = override.substring(0, at).split("\\.", -1);
        if (path.length > DEEPEST_KEY) {
            throw new ScenarioException(
                    "%s: expected a key of at most %d parts, found %d".formatted(shown, DEEPEST_KEY, path.length),
                    null);
        }
        ObjectNode change = YAML.createObjectNode();
        ObjectNode inner = change;
        for (int i = 0; i < path.length - 1; i++) {
            inner = inner.putObject(path[i]);
        }
        inner.set(path[path.length - 1], value(shown, override.substring(at + 1)));
        List<String> errors = schema().validate(change.toString(), InputFormat.JSON).stream()
                .map(error -> "%s: %s".formatted(shown, error.getMessage()))
                .toList();
        refuse(errors);
        merge(tree, change);
    }

    private static void refuse(List<String> errors) {
        if (!errors.isEmpty()) {
            String more = errors.size() <= MOST_ERRORS ? "" : "\nand %d more".formatted(errors.size() - MOST_ERRORS);
            throw new ScenarioException(
                    errors.stream().limit(MOST_ERRORS).collect(Collectors.joining("\n")) + more, null);
        }
    }

    private static JsonNode value(String shown, String text) {
        try {
            return text.isEmpty() ? YAML.stringNode("") : YAML.readTree(text);
        } catch (JacksonException problem) {
            throw new ScenarioException("%s: the value is no YAML: %s".formatted(shown, firstLine(problem)), problem);
        }
    }

    private static String firstLine(JacksonException problem) {
        return String.valueOf(problem.getOriginalMessage()).lines().findFirst().orElse("");
    }

    /// Lays choices over a mode.
    ///
    /// @param base mode of the backend
    /// @param choices by name
    /// @param backend for messages
    static NumericMode over(NumericMode base, Map<String, Object> choices, String backend) {
        ObjectNode tree = YAML.valueToTree(base);
        ObjectNode changes = YAML.valueToTree(choices);
        for (String unit : changes.propertyNames()) {
            if (changes.get(unit).isObject() && tree.path(unit).isNull()) {
                throw new IllegalArgumentException(
                        "%s has no %s unit, found mode.%s %s".formatted(backend, unit, unit, changes.get(unit)));
            }
        }
        merge(tree, changes);
        return YAML.treeToValue(tree, NumericMode.class);
    }

    private static Profile profile(ObjectNode rest, String place) {
        try {
            return Profile.named(rest.path("profile").asString()).with(YAML.treeToValue(rest.get("margins"), MARGINS));
        } catch (IllegalArgumentException problem) {
            throw new ScenarioException("%s: %s".formatted(place, problem.getMessage()), problem);
        }
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
                    profile(rest, place));
        } catch (JacksonException problem) {
            Throwable cause = problem.getCause() instanceof IllegalArgumentException inner ? inner : problem;
            throw new ScenarioException("%s: %s".formatted(place, cause.getMessage()), problem);
        }
    }
}

package dev.parity.ascend.internal.quirks;

import dev.parity.spi.Quirk;
import dev.parity.spi.Quirk.Certainty;
import dev.parity.spi.Quirk.Home;
import dev.parity.spi.Quirk.Place;
import dev.parity.spi.Quirk.Symptom;
import dev.parity.spi.QuirkCatalogue.Codes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// Reads the catalogue's files. An error names file, entry and what is wrong.
final class CatalogueReader {
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private CatalogueReader() {}

    private record Entry(
            String id,
            String title,
            List<Line> symptoms,
            List<String> products,
            String versions,
            Place place,
            Boolean certain,
            String cause,
            String workaround,
            String off,
            Optional<List<String>> reproduced,
            Optional<String> planted,
            Optional<String> fakeDevice,
            Optional<String> diagnoseOnly,
            String source) {
        Quirk quirk() {
            List<Home> homes = Stream.of(
                            reproduced.<Home>map(Home.Reproduced::new),
                            planted.<Home>map(Home.Planted::new),
                            fakeDevice.<Home>map(Home.OnFakeDevice::new),
                            diagnoseOnly.<Home>map(Home.DiagnoseOnly::new))
                    .flatMap(Optional::stream)
                    .toList();
            if (homes.size() != 1) {
                throw new IllegalArgumentException(
                        "expected one of 'reproduced', 'planted', 'fakeDevice' and 'diagnoseOnly'");
            }
            return new Quirk(
                    id,
                    title,
                    symptoms.stream().map(Line::symptom).toList(),
                    products,
                    versions,
                    place,
                    certain,
                    cause,
                    workaround,
                    off,
                    homes.getFirst(),
                    source);
        }
    }

    private record Line(String line, Optional<String> after, Certainty certainty, Optional<Boolean> frame) {
        Symptom symptom() {
            return new Symptom(
                    Pattern.compile(line), Pattern.compile(after.orElse("")), certainty, frame.orElse(false));
        }
    }

    private record Kind(String printed, LinkedHashMap<String, String> meanings, String source) {
        Codes codes() {
            Pattern pattern = Pattern.compile(printed);
            if (pattern.matcher("").groupCount() != 1) {
                throw new IllegalArgumentException("'printed' must have one group, the code, was " + printed);
            }
            return new Codes(pattern, meanings, source);
        }
    }

    /// Reads quirks.
    ///
    /// @param text YAML, a list
    /// @param file its name, for messages
    /// @return one for each entry
    /// @throws IllegalArgumentException if it is no such list, or an entry is not as expected
    static List<Quirk> quirks(String text, String file) {
        Set<String> ids = new HashSet<>();
        return read(text, file, Entry.class, entry -> {
            if (!ids.add(entry.id)) {
                throw new IllegalArgumentException("the id stands twice");
            }
            return entry.quirk();
        });
    }

    /// Reads kinds of error codes.
    ///
    /// @param text YAML, a list
    /// @param file its name, for messages
    /// @return one for each entry
    /// @throws IllegalArgumentException as in [#quirks]
    static List<Codes> codes(String text, String file) {
        return read(text, file, Kind.class, Kind::codes);
    }

    private static <E, T> List<T> read(String text, String file, Class<E> type, Function<E, T> make) {
        JsonNode list;
        try {
            list = YAML.readTree(text);
        } catch (JacksonException problem) {
            throw new IllegalArgumentException(
                    "%s is no YAML: %s".formatted(file, problem.getOriginalMessage()), problem);
        }
        if (!list.isArray()) {
            throw new IllegalArgumentException("%s must be a list, was %s".formatted(file, list.getNodeType()));
        }
        List<T> read = new ArrayList<>();
        for (JsonNode node : list) {
            String place = "%s, entry %d (%s)"
                    .formatted(file, read.size() + 1, node.path("id").asString("without id"));
            try {
                read.add(make.apply(YAML.treeToValue(node, type)));
            } catch (JacksonException problem) {
                throw new IllegalArgumentException("%s: %s".formatted(place, problem.getOriginalMessage()), problem);
            } catch (IllegalArgumentException problem) {
                throw new IllegalArgumentException("%s: %s".formatted(place, problem.getMessage()), problem);
            }
        }
        return List.copyOf(read);
    }
}

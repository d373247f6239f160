package dev.parity.importers;

import dev.parity.trace.LogSource;
import dev.parity.trace.TraceFormatException;
import dev.parity.trace.TraceRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/// A JSON file that is read token by token, as Python writes it: NaN and Infinity are numbers.
final class JsonFile {
    private static final int LONGEST_TEXT = 1 << 20;
    private static final int DEEPEST = 64;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(LONGEST_TEXT)
                    .maxNameLength(LONGEST_TEXT)
                    .maxNestingDepth(DEEPEST)
                    .build())
            .build();

    private final String name;
    private final JsonParser parser;

    private JsonFile(String name, JsonParser parser) {
        this.name = name;
        this.parser = parser;
    }

    /// Reads the fields of the object that a file holds. What comes behind damage is a gap.
    ///
    /// @param source the file
    /// @param expected what the object should hold, for the message if the file holds no object
    /// @param found hears of the damage
    /// @param field hears each field's name, with the reader at its value, and reads or skips it
    static void read(LogSource source, String expected, Consumer<TraceRecord> found, FieldReader field) {
        try (InputStream in = LogSource.bytes(source.parts().getFirst());
                JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), in)) {
            JsonFile file = new JsonFile(source.name(), parser);
            try {
                if (parser.nextToken() != JsonToken.START_OBJECT) {
                    throw new TraceFormatException(
                            "%s: found no JSON object, expected one with %s".formatted(file.origin(), expected));
                }
                while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                    String each = parser.currentName();
                    parser.nextToken();
                    field.read(each, file);
                }
                if (parser.nextToken() != null) {
                    found.accept(new TraceRecord.Note(
                            "%s: found more behind the end of the JSON object, which was not read"
                                    .formatted(file.origin()),
                            true));
                }
            } catch (JacksonException damage) {
                found.accept(gap(file.origin(), expected, damage));
            }
        } catch (JacksonException damage) { // in the first bytes, which say how characters are coded
            found.accept(gap(source.name() + ":1", expected, damage));
        } catch (IOException problem) {
            throw new UncheckedIOException("cannot read " + source.name(), problem);
        }
    }

    private static TraceRecord.Note gap(String origin, String expected, JacksonException damage) {
        String text = "%s: found no JSON from here on, expected an object with %s: %s"
                .formatted(origin, expected, damage.getOriginalMessage());
        return new TraceRecord.Note(text, true);
    }

    /// Reads a field of the file's object.
    @FunctionalInterface
    interface FieldReader {
        /// Hears a field.
        ///
        /// @param name of the field
        /// @param file at the first token of its value; at its last when this returns
        void read(String name, JsonFile file);
    }

    /// Returns where the reader stands.
    ///
    /// @return file and line
    String origin() {
        return "%s:%d".formatted(name, parser.currentTokenLocation().getLineNr());
    }

    /// Tells whether the value is an object.
    boolean isObject() {
        return parser.currentToken() == JsonToken.START_OBJECT;
    }

    /// Tells whether the value is a list.
    boolean isList() {
        return parser.currentToken() == JsonToken.START_ARRAY;
    }

    /// Returns a number, a text or a word.
    ///
    /// @return as it is written, without quotes
    String text() {
        return parser.currentToken().isScalarValue() ? String.valueOf(parser.getValueAsString("")) : "a structure";
    }

    /// Leaves out the value.
    void skip() {
        parser.skipChildren();
    }

    /// Reads a list.
    ///
    /// @param item hears that the reader is at an item, which it reads or skips
    void items(Runnable item) {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            item.run();
        }
    }

    /// Reads an object.
    ///
    /// @param field hears each field's name, with the reader at its value, which it reads or skips
    void fields(Consumer<String> field) {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String each = parser.currentName();
            parser.nextToken();
            field.accept(each);
        }
    }

    /// A number, a text or a word.
    ///
    /// @param text as it is written, without quotes
    /// @param origin file and line
    record Scalar(String text, String origin) {}

    /// Reads those of an object's fields that are no structures.
    ///
    /// @param wanted names of fields
    /// @return what was found by name
    Map<String, Scalar> scalars(Predicate<String> wanted) {
        Map<String, Scalar> scalars = new LinkedHashMap<>();
        fields(each -> {
            if (parser.currentToken().isScalarValue()) {
                if (wanted.test(each) && parser.currentToken() != JsonToken.VALUE_NULL) {
                    scalars.put(each, new Scalar(text(), origin()));
                }
            } else {
                skip();
            }
        });
        return scalars;
    }

    /// Reads an object on one line; fields of an object in it are `outer/inner`, lists are left out.
    ///
    /// @param line JSON
    /// @return texts by name
    /// @throws JacksonException if it is no JSON object
    static Map<String, String> flat(String line) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), line)) {
            Map<String, String> cells = new LinkedHashMap<>();
            JsonFile file = new JsonFile("", parser);
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new TraceFormatException("no object");
            }
            file.flat("", cells);
            if (parser.nextToken() != null) {
                throw new TraceFormatException("more than an object");
            }
            return cells;
        }
    }

    private void flat(String prefix, Map<String, String> cells) {
        fields(each -> {
            if (isObject()) {
                flat(prefix + each + "/", cells);
            } else if (isList()) {
                skip();
            } else if (parser.currentToken() != JsonToken.VALUE_NULL) {
                cells.put(prefix + each, text());
            }
        });
    }

    /// What the beginning of a file shows of the object in it.
    static final class Outline {
        private final Set<String> fields = new LinkedHashSet<>();
        private final Set<String> lists = new LinkedHashSet<>();
        private final Set<String> inner = new LinkedHashSet<>();

        private Outline() {}

        /// Looks at the beginning of a file.
        ///
        /// @param sample lines, the last of which may be cut
        /// @return without fields if no object begins there
        static Outline of(List<String> sample) {
            Outline outline = new Outline();
            if (!sample.getFirst().isBlank() && !sample.getFirst().strip().startsWith("{")) {
                return outline;
            }
            try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), String.join("\n", sample))) {
                if (parser.nextToken() == JsonToken.START_OBJECT) {
                    outline.look(new JsonFile("", parser));
                }
            } catch (JacksonException end) {
                return outline; // the sample ends within the object
            }
            return outline;
        }

        private void look(JsonFile file) {
            file.fields(field -> {
                fields.add(field);
                if (file.isList()) {
                    lists.add(field);
                }
                if (file.isObject()) {
                    file.fields(each -> {
                        inner.add(each);
                        file.skip();
                    });
                } else {
                    file.skip();
                }
            });
        }

        /// Names of the object's fields.
        Set<String> fields() {
            return fields;
        }

        /// Names of those fields that are lists.
        Set<String> lists() {
            return lists;
        }

        /// Names of the fields of the objects in it.
        Set<String> inner() {
            return inner;
        }
    }
}

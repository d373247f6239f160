package dev.parity.trace;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/// The one way to write a record: keys in alphabetical order, NaN and infinities as strings.
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final ObjectWriter WRITER = MAPPER.writerFor(TraceRecord.class);
    private static final ObjectReader READER = MAPPER.readerFor(TraceRecord.class);

    private static final Set<String> TYPES = Arrays.stream(
                    TraceRecord.class.getAnnotation(JsonSubTypes.class).value())
            .map(JsonSubTypes.Type::name)
            .collect(Collectors.toUnmodifiableSet());

    private Json() {}

    /// Writes a record on one line.
    ///
    /// @param item the record
    /// @return JSON in UTF-8 without a line end
    static byte[] bytes(TraceRecord item) {
        return WRITER.writeValueAsBytes(item);
    }

    /// Reads a record.
    ///
    /// @param line JSON in UTF-8
    /// @return the record; null for the word `null`
    /// @throws tools.jackson.core.JacksonException if it is not a whole record
    static @Nullable TraceRecord read(byte[] line) {
        return READER.readValue(line);
    }

    /// Tells whether a line begins as a record does: an object that names its type. A header that was cut
    /// begins so, a line of a JSON log does not.
    ///
    /// @param line UTF-8, maybe cut
    static boolean isRecord(byte[] line) {
        try (JsonParser parser = MAPPER.createParser(line)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean type = parser.currentName().equals("type");
                parser.nextToken();
                if (type) {
                    return TYPES.contains(parser.getValueAsString(""));
                }
                parser.skipChildren();
            }
            return false;
        } catch (JacksonException cut) {
            return false;
        }
    }
}

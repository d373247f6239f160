package dev.parity.trace.internal;

import dev.parity.trace.TraceRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/// The one way to write a record: keys in alphabetical order, NaN and infinities as strings.
public final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final ObjectWriter WRITER = MAPPER.writerFor(TraceRecord.class);
    private static final ObjectReader READER = MAPPER.readerFor(TraceRecord.class);

    private Json() {}

    /// Writes a record on one line.
    ///
    /// @param item the record
    /// @return JSON in UTF-8 without a line end
    public static byte[] bytes(TraceRecord item) {
        return WRITER.writeValueAsBytes(item);
    }

    /// Reads a record.
    ///
    /// @param line JSON in UTF-8
    /// @return the record; null for the word `null`
    /// @throws tools.jackson.core.JacksonException if it is not a whole record
    public static @Nullable TraceRecord read(byte[] line) {
        return READER.readValue(line);
    }
}

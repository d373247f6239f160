package dev.parity.ascend.internal.quirks;

import dev.parity.spi.Quirk;
import dev.parity.spi.QuirkCatalogue;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/// The quirks and error codes of Ascend.
public final class AscendQuirks implements QuirkCatalogue {
    private final List<Quirk> quirks = CatalogueReader.quirks(resource("quirks.yaml"), "quirks.yaml");
    private final List<Codes> codes = CatalogueReader.codes(resource("codes.yaml"), "codes.yaml");

    /// For the ServiceLoader.
    public AscendQuirks() {}

    @Override
    public List<Quirk> quirks() {
        return quirks;
    }

    @Override
    public List<Codes> codes() {
        return codes;
    }

    private static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(AscendQuirks.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException problem) {
            throw new UncheckedIOException("cannot read " + name, problem);
        }
    }
}

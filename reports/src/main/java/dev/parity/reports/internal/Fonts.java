package dev.parity.reports.internal;

import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.io.IOException;
import java.io.UncheckedIOException;

/// Fonts of the machine, with which Java measures the texts of charts.
public final class Fonts {
    private Fonts() {}

    /// Refuses a machine that has none, such as a bare container.
    ///
    /// @throws UncheckedIOException if there is none, with what to install
    public static void check() {
        try {
            new Font(Font.SANS_SERIF, Font.PLAIN, 12).getStringBounds("0", new FontRenderContext(null, true, true));
        } catch (RuntimeException | LinkageError | InternalError none) { // Java names no kind
            throw new UncheckedIOException(
                    "charts cannot be drawn",
                    new IOException(
                            "Java found no font on this machine (%s): install fontconfig and a font, such as Debian's packages fontconfig and fonts-dejavu-core"
                                    .formatted(none.getMessage()),
                            none));
        }
    }
}

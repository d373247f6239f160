package dev.parity.reports.internal;

import com.samskivert.mustache.Mustache;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The texts that pages are filled into.
public final class Template {
    private Template() {}

    /// Fills a page; all text is escaped.
    ///
    /// @param name of the template
    /// @param page values by name
    /// @return the page
    public static String html(String name, Map<String, Object> page) {
        return fill(name, page, true);
    }

    /// Fills a text that is not HTML.
    ///
    /// @param name of the template
    /// @param page values by name
    /// @return the text
    public static String plain(String name, Map<String, Object> page) {
        return fill(name, page, false);
    }

    private static String fill(String name, Map<String, Object> page, boolean escape) {
        return Mustache.compiler()
                .escapeHTML(escape)
                .emptyStringIsFalse(true)
                .compile(read(name))
                .execute(page);
    }

    private static String read(String name) {
        try (@Nullable InputStream in = Template.class.getResourceAsStream("/dev/parity/reports/" + name)) {
            if (in == null) {
                throw new IllegalStateException("the template %s is not in the jar".formatted(name));
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }
}

package dev.parity.reports.internal;

import com.samskivert.mustache.Mustache;
import java.util.Map;

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
                .compile(Resource.read(name))
                .execute(page);
    }
}

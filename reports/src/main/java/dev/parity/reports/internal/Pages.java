package dev.parity.reports.internal;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;

/// Pages made of typed templates, which are compiled in the build and escape all text.
public final class Pages {
    private static final TemplateEngine ENGINE = TemplateEngine.createPrecompiled(ContentType.Html);

    private Pages() {}

    /// Makes a page.
    ///
    /// @param template its name
    /// @param page what it shows
    /// @return the file's text
    public static String of(String template, Object page) {
        StringOutput out = new StringOutput();
        ENGINE.render(template, page, out);
        return out.toString();
    }
}

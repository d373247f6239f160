package dev.parity.reports.internal;

import gg.jte.Content;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.Properties;

/// The words of a page, as HTML, in each language; a page holds them all and shows one.
public final class Texts {
    private static final Properties ENGLISH = read("texts_en.properties");
    private static final Properties CHINESE = read("texts_zh.properties");

    private Texts() {}

    /// Returns a text in both languages.
    ///
    /// @param key of the text
    /// @return for a template
    public static Content of(String key) {
        return both(text(ENGLISH, key), text(CHINESE, key));
    }

    /// Returns a text in both languages with its colon, before a value.
    ///
    /// @param key of the text
    /// @return for a template
    public static Content label(String key) {
        return both(text(ENGLISH, key) + ": ", text(CHINESE, key) + "：");
    }

    private static Content both(String english, String chinese) {
        return out ->
                out.writeContent("<span lang=\"en\">%s</span><span lang=\"zh\">%s</span>".formatted(english, chinese));
    }

    /// Returns a text in English, for attributes, which hold one language.
    ///
    /// @param key of the text
    /// @return the text
    static String english(String key) {
        return text(ENGLISH, key);
    }

    private static String text(Properties language, String key) {
        String text = language.getProperty(key);
        if (text == null) {
            throw new IllegalArgumentException("no text '%s'".formatted(key));
        }
        return text;
    }

    private static Properties read(String name) {
        Properties texts = new Properties();
        try {
            texts.load(new StringReader(Resource.read(name)));
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
        return texts;
    }
}

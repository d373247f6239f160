package dev.parity.reports;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;

/// How files that are written name each other.
final class Links {
    private Links() {}

    /// Names a file.
    ///
    /// @param to the file
    /// @param from the file that names it
    /// @return its path from the folder of the other, with `/`, of visible characters
    static String path(Path to, Path from) {
        Path target = to.toAbsolutePath().normalize();
        Path folder = from.toAbsolutePath().normalize().getParent();
        Path path = folder == null ? target : folder.relativize(target);
        return Printable.line(path.toString().replace('\\', '/'));
    }

    /// Links a file.
    ///
    /// @param to the file
    /// @param from the file that links it
    /// @return a relative URL of ASCII letters, without round brackets
    static String url(Path to, Path from) {
        try {
            // a name with a colon is no scheme
            return new URI(null, null, "./" + path(to, from), null)
                    .toASCIIString()
                    .replace("(", "%28")
                    .replace(")", "%29");
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException("a path can be quoted", impossible);
        }
    }
}

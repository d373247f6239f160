/// Importers of structured files, found by `ServiceLoader`: what other programs write as JSON, as tables or as
/// event files.
@NullMarked
package dev.parity.importers;

import org.jspecify.annotations.NullMarked;

/// The importers of logs, one a format, and what they share. A new one is a class here and its name in
/// `META-INF/services`.
@NullMarked
package dev.parity.trace.internal.logs;

import org.jspecify.annotations.NullMarked;

/// The goal `parity:check`.
@NullMarked
package dev.parity.maven;

import org.jspecify.annotations.NullMarked;

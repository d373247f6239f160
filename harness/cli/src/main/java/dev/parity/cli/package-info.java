/// The commands: the only place that prints or exits.
@NullMarked
package dev.parity.cli;

import org.jspecify.annotations.NullMarked;

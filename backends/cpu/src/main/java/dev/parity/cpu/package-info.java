/// Backends that need nothing but this machine's processor.
@NullMarked
package dev.parity.cpu;

import org.jspecify.annotations.NullMarked;

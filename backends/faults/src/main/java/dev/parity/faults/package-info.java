/// Faults to plant into a backend, one at a time, to prove that the gates see them.
@NullMarked
package dev.parity.faults;

import org.jspecify.annotations.NullMarked;

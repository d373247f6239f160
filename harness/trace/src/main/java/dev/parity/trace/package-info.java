/// A recorded run: what happened at each step, how it is written, read, digested and imported from logs.
@NullMarked
package dev.parity.trace;

import org.jspecify.annotations.NullMarked;

/// How programs are rewritten.
@NullMarked
package dev.parity.faults.internal;

import org.jspecify.annotations.NullMarked;

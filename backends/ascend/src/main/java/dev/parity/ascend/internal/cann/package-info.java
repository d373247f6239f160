/// The C libraries of CANN, called through java.lang.foreign.
@NullMarked
package dev.parity.ascend.internal.cann;

import org.jspecify.annotations.NullMarked;

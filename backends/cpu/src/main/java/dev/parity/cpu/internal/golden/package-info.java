/// The golden: every Op as its definition reads, in binary64 and plain loops. It shares no arithmetic,
/// routing or index code with the other rooms, so that it checks them.
@NullMarked
package dev.parity.cpu.internal.golden;

import org.jspecify.annotations.NullMarked;

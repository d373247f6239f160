/// Models of devices: the parts of the fast path, put together as a [dev.parity.spi.NumericMode] says, Op
/// by Op.
///
/// `BLOCKED` adds up blocks of neighbouring terms, each from 0, in ascending order. A block is `block` terms
/// of a matrix product or a plain sum, a kernel row of one channel in a convolution, a row of windows in
/// its weight gradient, a row of windows of one output in its input gradient. `SATURATE` bounds FP16 and
/// BF16 results, and keeps a status for the overflow flag.
@NullMarked
package dev.parity.cpu.internal.model;

import org.jspecify.annotations.NullMarked;

/// The only place that uses the Vector API. Each element of a result is a chain of fused multiply-adds of
/// its own, so the width of the machine's vectors never changes a bit.
@NullMarked
package dev.parity.cpu.internal.vector;

import org.jspecify.annotations.NullMarked;

/// Kernels on host memory: the fp64 golden and the fast path.
@NullMarked
package dev.parity.cpu.internal;

import org.jspecify.annotations.NullMarked;

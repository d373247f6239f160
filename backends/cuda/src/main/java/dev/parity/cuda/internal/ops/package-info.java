/// What the device is told to do for each Op, by family: the geometry and arguments of the kernels.
@NullMarked
package dev.parity.cuda.internal.ops;

import org.jspecify.annotations.NullMarked;

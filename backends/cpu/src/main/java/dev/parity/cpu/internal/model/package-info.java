/// Models of devices, and of processors that add in another order than the fast path: its parts, put together as a
/// [dev.parity.spi.NumericMode] says, Op by Op.
///
/// `BLOCKED` adds up blocks of neighbouring terms, each from 0, in ascending order. A block is `block` terms
/// of a matrix product or a plain sum, a kernel row of one channel in a convolution, a row of windows in
/// its weight gradient, a row of windows of one output in its input gradient. `SATURATE` bounds FP16 and
/// BF16 results, and keeps a status for the overflow flag.
///
/// `DEVICE` multiplies matrices as a [dev.parity.spi.MatrixRule] says. [BlockDot] is what that means for one dot
/// product;
/// a [DotKernel] computes rows of them and is held to it bit for bit. [DeviceMatrices] turns products and convolutions
/// into
/// such rows: images, rows and columns ascend in the sum of a weight gradient, and the kernel is turned round in an
/// input
/// gradient. Sums over axes and rows follow a [dev.parity.spi.VectorRule].
@NullMarked
package dev.parity.cpu.internal.model;

import org.jspecify.annotations.NullMarked;

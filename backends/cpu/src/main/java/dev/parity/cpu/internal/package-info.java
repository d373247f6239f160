/// Kernels on host memory: the fp64 golden and the fast path.
///
/// How the fast path orders a sum. K of a convolution is channel, kernel row, kernel column. Its gradients run
/// over windows of two by two positions (window row, window column, image, place in the window), the input
/// gradient for each row of windows over the outputs. `SEQUENTIAL` is one running sum in ascending order; a sum
/// over images, rows and columns adds up each column of each image first. In `BLOCKED` a block is 16 terms of a
/// matrix product or a plain sum, a kernel row of one channel in a convolution, a row of windows in its weight
/// gradient, a row of windows of one output in its input gradient.
@NullMarked
package dev.parity.cpu.internal;

import org.jspecify.annotations.NullMarked;

/// The fast path: FP32 arithmetic in vector loops, of programs that are planned as a whole.
///
/// How it orders a sum. K of a convolution is channel, kernel row, kernel column. Its gradients run over
/// windows of two by two positions (window row, window column, image, place in the window), the input
/// gradient for each row of windows over the outputs. All are one running sum in ascending order; a sum
/// over images, rows and columns adds up each column of each image first, and squares are summed in
/// strided sums that are folded in the end. A device's model hands in an [Arithmetic] of its own, which
/// puts the same parts together otherwise.
@NullMarked
package dev.parity.cpu.internal.fast;

import org.jspecify.annotations.NullMarked;

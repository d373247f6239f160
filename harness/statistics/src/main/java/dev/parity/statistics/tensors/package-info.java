/// One tensor of two devices against a golden: errors, the standards that judge them, and what a lockstep found.
@NullMarked
package dev.parity.statistics.tensors;

import org.jspecify.annotations.NullMarked;

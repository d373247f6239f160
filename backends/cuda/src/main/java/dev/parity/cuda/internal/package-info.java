/// Ranks on GPUs: what is bound, tensors, and collectives.
@NullMarked
package dev.parity.cuda.internal;

import org.jspecify.annotations.NullMarked;

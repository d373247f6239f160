/// Ranks on NPUs: what is bound, tensors, and collectives.
@NullMarked
package dev.parity.ascend.internal;

import org.jspecify.annotations.NullMarked;

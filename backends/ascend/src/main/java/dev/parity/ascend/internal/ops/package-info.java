/// What the device is told to do for each Op, by family, as calls of aclnn.
@NullMarked
package dev.parity.ascend.internal.ops;

import org.jspecify.annotations.NullMarked;

/// Huawei NPUs.
@NullMarked
package dev.parity.ascend;

import org.jspecify.annotations.NullMarked;

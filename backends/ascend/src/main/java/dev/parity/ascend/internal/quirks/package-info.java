/// The quirk catalogue: `quirks.yaml`, `codes.yaml` and their reader.
@NullMarked
package dev.parity.ascend.internal.quirks;

import org.jspecify.annotations.NullMarked;

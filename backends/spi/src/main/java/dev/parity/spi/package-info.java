/// What a device must do: programs as data, tensors, backends and how they are found.
@NullMarked
package dev.parity.spi;

import org.jspecify.annotations.NullMarked;

/// What is read of TensorBoard's events, as `protoc` writes it from `event.proto`.
@NullMarked
package dev.parity.importers.event;

import org.jspecify.annotations.NullMarked;

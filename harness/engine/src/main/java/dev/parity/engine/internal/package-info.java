/// How the engine does it.
@NullMarked
package dev.parity.engine.internal;

import org.jspecify.annotations.NullMarked;

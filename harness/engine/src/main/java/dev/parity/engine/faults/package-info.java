/// Faults of the training's rules: each exchanges parts of a run.
@NullMarked
package dev.parity.engine.faults;

import org.jspecify.annotations.NullMarked;

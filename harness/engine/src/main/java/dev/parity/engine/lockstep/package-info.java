/// Runs a golden's training and, in chosen steps, hands its values to every Op of two devices.
@NullMarked
package dev.parity.engine.lockstep;

import org.jspecify.annotations.NullMarked;

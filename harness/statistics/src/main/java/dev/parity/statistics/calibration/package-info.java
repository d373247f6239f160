/// How well the gates do: what they say of equal runs, and of runs with a fault in them.
@NullMarked
package dev.parity.statistics.calibration;

import org.jspecify.annotations.NullMarked;

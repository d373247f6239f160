/// The gates: one way in which two trainings can differ each. A new one is a class here, its name in
/// `META-INF/services` and its id in a profile.
@NullMarked
package dev.parity.statistics.gates;

import org.jspecify.annotations.NullMarked;

/// The driver's calls, each checked, and the handles that they give, each closed once. Only `Probe` may run
/// on a machine without a driver: no other class here loads before it has found one.
@NullMarked
package dev.parity.cuda.internal.driver;

import org.jspecify.annotations.NullMarked;

/// Parity tests in JUnit: [dev.parity.junit.ParityTest] for scenarios, [dev.parity.junit.ParityAssertions] for recorded
/// runs and logs.
@NullMarked
package dev.parity.junit;

import org.jspecify.annotations.NullMarked;

/// Parity tests in TestNG: rows of a data provider, their outcome, a listener that sums them up, and groups.
@NullMarked
package dev.parity.testng;

import org.jspecify.annotations.NullMarked;

/// The tests that every backend passes: extend [BackendConformance] in the backend's own tests.
@NullMarked
package dev.parity.conformance;

import org.jspecify.annotations.NullMarked;

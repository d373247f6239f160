/// Traces in, evidence and a verdict out.
@NullMarked
package dev.parity.statistics;

import org.jspecify.annotations.NullMarked;

/// Estimators and tests that the libraries lack, each with its source.
@NullMarked
package dev.parity.statistics.estimators;

import org.jspecify.annotations.NullMarked;

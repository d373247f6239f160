/// From a scenario to runs on backends, traces and a verdict.
@NullMarked
package dev.parity.runner;

import org.jspecify.annotations.NullMarked;

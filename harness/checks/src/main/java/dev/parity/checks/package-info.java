/// A question asked of runs, from a test or a build: what is judged, its report, and what to tell whoever asked.
@NullMarked
package dev.parity.checks;

import org.jspecify.annotations.NullMarked;

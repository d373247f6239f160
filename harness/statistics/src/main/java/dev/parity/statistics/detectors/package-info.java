/// Looks for one kind of defect in the records of a run.
@NullMarked
package dev.parity.statistics.detectors;

import org.jspecify.annotations.NullMarked;

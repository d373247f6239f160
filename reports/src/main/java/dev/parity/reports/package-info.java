/// A result as one self-contained HTML file, as JUnit XML, as JSON and as text.
@NullMarked
package dev.parity.reports;

import org.jspecify.annotations.NullMarked;

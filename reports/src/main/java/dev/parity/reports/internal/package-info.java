/// How charts are drawn.
@NullMarked
package dev.parity.reports.internal;

import org.jspecify.annotations.NullMarked;

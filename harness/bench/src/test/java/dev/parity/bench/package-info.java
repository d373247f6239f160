/// Benchmarks of the CPU engine, beside libtorch in the same run.
@NullMarked
package dev.parity.bench;

import org.jspecify.annotations.NullMarked;

/// How traces are stored and logs are recognised.
@NullMarked
package dev.parity.trace.internal;

import org.jspecify.annotations.NullMarked;

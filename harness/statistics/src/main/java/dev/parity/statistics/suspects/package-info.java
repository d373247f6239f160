/// What a difference points to.
@NullMarked
package dev.parity.statistics.suspects;

import org.jspecify.annotations.NullMarked;

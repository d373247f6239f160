/// What fakes of vendors' libraries have in common, for tests without their devices: building them, and telling them
/// what to be like.
@NullMarked
package dev.parity.fakes;

import org.jspecify.annotations.NullMarked;

/// An Ascend NPU on host memory, for tests without one: fakes of the libraries, and what tests set and see of them.
/// Results over it are those of a "fake device", never of an NPU.
@NullMarked
package dev.parity.fakeascend;

import org.jspecify.annotations.NullMarked;

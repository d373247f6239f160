/// A CUDA device on host memory, for tests without a GPU: fakes of the driver, of NVRTC and of the libraries used, and
/// what tests set and see of them. Results over it are those of a "fake device", never of a GPU.
@NullMarked
package dev.parity.fakecuda;

import org.jspecify.annotations.NullMarked;

// Kernels as work of a stream.
#pragma once
#include "state.h"

namespace fake {

/// @param bytes of each parameter, copied
Work kernelWork(const FakeKernels *library, const FakeKernel *kernel, const FakeLaunch &launch,
                std::vector<std::vector<unsigned char>> bytes, int device);

/// Kernels that were run, for the seed of shuffled orders.
void resetLaunches();

} // namespace fake

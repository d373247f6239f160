// Runs kernels that g++ compiled: the threads of a block are fibers of the calling thread.
#pragma once
#include "kernel_abi.h"
#include <string>

namespace fake {

/// How a launch ended: 0 or a CUresult, and what was found.
struct Outcome {
    int code = 0;
    std::string message;
};

/// Runs a launch to its end. One launch at a time in a process: the caller holds a lock.
///
/// Blocks run one after another. A thread runs until it has to wait; only then it needs a stack of its own, so a
/// kernel without barriers is a plain loop over its threads.
///
/// @return code 719 for a divergent barrier, a warp operation that a lane misses, or a trap; 700 for a write behind
///     the dynamic shared memory. A fault of the processor is the caller's to catch; it then calls abandon().
Outcome run(const FakeKernels &library, const FakeKernel &kernel, const FakeLaunch &launch, void **parameters);

/// Gives up a launch that a fault ended.
///
/// @return the thread and block that were running, in words
std::string abandon();

/// Whether an address lies in the guard pages of a fiber's stack: the kernel's local variables outgrew it.
bool isStackGuard(const void *address);

} // namespace fake

// What a library of kernels, built by g++, and whoever runs it know of each other.
// The runner is the fake driver or the replay program; both hold a scheduler (scheduler.h).
#pragma once
#include <cstddef>
#include <cstdint>

struct FakeDim {
    uint32_t x, y, z;
};

/// Geometry of a launch and the order in which it visits blocks and threads.
struct FakeLaunch {
    FakeDim grid, block;
    uint32_t dynamicShared; // bytes
    uint32_t order;         // 0 ascending, 1 descending, 2 shuffled by the seed
    uint64_t seed;
};

/// What the running thread sees of itself. The scheduler writes it before a thread goes on.
struct FakeThread {
    FakeDim thread, block, blockSize, grid;
    uint32_t linear;               // of the thread in its block
    uint64_t blockSerial;          // another one for each block that is run, never 0
    unsigned char *dynamicShared;
};

/// Called by the last lane that arrives at a warp operation.
///
/// @param lanes what each lane of the mask handed in; null for lanes that the block does not have
typedef void (*FakeWarpOperation)(void **lanes);

/// What a kernel asks of its scheduler.
struct FakeScheduler {
    void (*syncBlock)();
    /// @param mine what this lane hands to the operation
    void (*warp)(uint32_t mask, FakeWarpOperation operation, void *mine);
    void (*trap)(const char *why);
};

/// One `extern "C" __global__` function.
struct FakeKernel {
    const char *name;
    uint32_t maxThreads; // of __launch_bounds__, 0 if it has none
    uint32_t parameterCount;
    const uint32_t *parameterSizes; // bytes of each
    void (*call)(void **parameters);
};

/// The kernels of one source and the state that its library shares with its scheduler.
struct FakeKernels {
    const FakeKernels *next; // of the next source in the library
    uint32_t count;
    const FakeKernel *kernels;
    FakeThread *thread;
    const FakeScheduler **scheduler;
};

/// Exported by each library under the name `fake_kernels`: its first source.
typedef const FakeKernels *(*FakeKernelsFunction)();

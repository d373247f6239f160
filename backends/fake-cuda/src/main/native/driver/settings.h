// What a test or a process can set. Each setting `x` starts as the environment variable FAKECUDA_X says.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace fake {

/// A failure that a test wants.
struct PlannedFailure {
    std::string function;
    uint64_t callsLeft; // 1: the next call fails
    int code;
};

struct Settings {
    int devices = 1;
    int major = 9, minor = 0; // compute capability, `capability`: "9.0"
    int version = 13010;      // of the driver
    int init = 0;             // what cuInit returns
    size_t memory = size_t(8) << 30; // bytes of a device
    uint32_t order = 0;       // of threads and blocks: 0 ascending, 1 descending, 2 shuffled
    uint64_t seed = 1;        // of order 2
    bool lazy = false;        // a stream works only when something waits for it
    int timeout = 20000;      // milliseconds that a collective waits for other ranks
    std::vector<std::string> kernels; // libraries of kernels for images made elsewhere, `kernels`: "a.so:b.so"
    std::vector<PlannedFailure> failures; // `fail`: "cuMemAlloc:2=2,kernel:1=719", the second call gives 2, and so on
    std::string record;       // a directory for launches, empty: none
    std::string log;          // a file to which the log goes too, empty: none

    /// @return false if there is no such setting or its value cannot be read
    bool set(const std::string &name, const std::string &value);
};

/// The settings in force. Guarded by the driver's lock.
extern Settings settings;

/// The settings that the environment asks for. A wrong one ends the process with a message.
Settings fromEnvironment();

} // namespace fake

// Memory of devices and pinned memory of the host.
#pragma once
#include "state.h"

namespace fake {

struct Memory : Object {
    static constexpr const char *KIND = "memory";
    char *start = nullptr;
    int device = -1; // -1: pinned
    ~Memory() override;
};

/// Allocates memory, filled with ones so that floats that nobody wrote are NaN; null if the device has too little.
Memory *allocate(size_t bytes, int device);

/// Frees memory, but keeps it so that its later use is seen.
void release(Memory *memory);

/// The live allocation that holds all bytes of a range, or null.
Memory *holding(const void *start, size_t bytes);

/// Tells what a range is, for messages: "memory of device 0, 64 bytes", "freed memory", "memory of the host".
std::string described(const void *start);

/// Bytes that a device has left.
size_t left(int device);

} // namespace fake

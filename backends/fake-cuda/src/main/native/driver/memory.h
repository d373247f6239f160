// Device memory. Each allocation ends at pages that nobody may touch, is filled with NaNs, and leaves its addresses
// unusable when it is freed.
#pragma once
#include "codes.h"
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace fake {

struct Allocation {
    static constexpr const char *KIND = "allocation";
    unsigned char *mapped; // guard pages, slack, the memory, slack, guard pages
    size_t mappedBytes;
    unsigned char *start;
    size_t bytes;
    int device;
};

/// By first address.
const std::map<uintptr_t, Allocation> &allocations();

/// The sizes of pinned memory, by address: kernels use it where it is mapped.
std::map<uint64_t, uint64_t> pinnedMemory();

Result allocate(int device, size_t bytes, unsigned char *&start);
Result release(unsigned char *start);
size_t used(int device);

/// @return whether the bytes lie inside one allocation
bool isInside(const void *start, size_t bytes);

/// @return whether any of the bytes is the device's
bool touchesDevice(const void *start, size_t bytes);

/// @return what was overwritten beside an allocation, empty if nothing was
std::string overwritten();

/// Frees all, and the addresses of what was freed before.
void resetMemory();

} // namespace fake

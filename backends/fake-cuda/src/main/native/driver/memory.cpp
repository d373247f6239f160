#include "memory.h"
#include "settings.h"
#include <algorithm>
#include <cstring>
#include <deque>
#include <sys/mman.h>
#include <utility>

namespace fake {
namespace {

constexpr size_t PAGE = 4096;
constexpr size_t GUARD = size_t(1) << 28;   // bytes on each side; a wild index ends there, not in the process's memory
constexpr size_t QUARANTINE = size_t(1) << 43; // addresses of freed memory that are kept unusable
constexpr size_t ALIGNMENT = 256;           // as cuMemAlloc promises
constexpr unsigned char POISON = 0xFF;      // NaN in every floating type
constexpr unsigned char CANARY = 0xA5;
constexpr size_t POISONED = size_t(1) << 29; // bytes; the rest of a larger allocation starts as zeros

std::map<uintptr_t, Allocation> live;
std::deque<std::pair<void *, size_t>> freed; // kept unreadable, so that a use after the free is seen
size_t freedBytes = 0;

unsigned char *slackBefore(const Allocation &allocation) {
    return std::max(allocation.mapped + GUARD, allocation.start - ALIGNMENT);
}

unsigned char *endOfSlack(const Allocation &allocation) {
    return allocation.mapped + allocation.mappedBytes - GUARD;
}

bool isWhole(const unsigned char *from, const unsigned char *to) {
    return std::all_of(from, to, [](unsigned char c) { return c == CANARY; });
}

/// The first allocation that starts behind the address's.
std::map<uintptr_t, Allocation>::const_iterator after(const void *address) {
    return live.upper_bound(reinterpret_cast<uintptr_t>(address));
}

} // namespace

const std::map<uintptr_t, Allocation> &allocations() {
    return live;
}

size_t used(int device) {
    size_t bytes = 0;
    for (const auto &[start, allocation] : live) {
        bytes += allocation.device == device ? allocation.bytes : 0;
    }
    return bytes;
}

Result allocate(int device, size_t bytes, unsigned char *&start) {
    if (bytes == 0) {
        return INVALID_VALUE;
    }
    if (bytes > settings.memory || used(device) > settings.memory - bytes) {
        return OUT_OF_MEMORY;
    }
    size_t rounded = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    size_t body = (rounded + PAGE - 1) / PAGE * PAGE;
    void *mapped =
        mmap(nullptr, body + 2 * GUARD, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapped == MAP_FAILED) {
        return OUT_OF_MEMORY;
    }
    auto *first = static_cast<unsigned char *>(mapped) + GUARD;
    mprotect(first, body, PROT_READ | PROT_WRITE);
    start = first + body - rounded;
    Allocation allocation{static_cast<unsigned char *>(mapped), body + 2 * GUARD, start, bytes, device};
    memset(slackBefore(allocation), CANARY, start - slackBefore(allocation));
    memset(start, POISON, std::min(bytes, POISONED));
    memset(start + bytes, CANARY, endOfSlack(allocation) - (start + bytes));
    live[reinterpret_cast<uintptr_t>(start)] = allocation;
    return SUCCESS;
}

Result release(unsigned char *start) {
    auto found = live.find(reinterpret_cast<uintptr_t>(start));
    if (found == live.end()) {
        return INVALID_VALUE;
    }
    const Allocation &allocation = found->second;
    mmap(allocation.mapped, allocation.mappedBytes, PROT_NONE,
         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
    freed.emplace_back(allocation.mapped, allocation.mappedBytes);
    freedBytes += allocation.mappedBytes;
    while (freedBytes > QUARANTINE) {
        munmap(freed.front().first, freed.front().second);
        freedBytes -= freed.front().second;
        freed.pop_front();
    }
    live.erase(found);
    return SUCCESS;
}

bool isInside(const void *start, size_t bytes) {
    auto next = after(start);
    if (next == live.begin()) {
        return false;
    }
    const Allocation &allocation = std::prev(next)->second;
    size_t offset = static_cast<const unsigned char *>(start) - allocation.start;
    return offset <= allocation.bytes && bytes <= allocation.bytes - offset;
}

bool touchesDevice(const void *start, size_t bytes) {
    auto next = after(start);
    if (next != live.end() && next->second.start < static_cast<const unsigned char *>(start) + bytes) {
        return true;
    }
    return next != live.begin() && start < std::prev(next)->second.start + std::prev(next)->second.bytes;
}

std::string overwritten() {
    for (const auto &[start, allocation] : live) {
        bool before = isWhole(slackBefore(allocation), allocation.start);
        bool behind = isWhole(allocation.start + allocation.bytes, endOfSlack(allocation));
        if (!before || !behind) {
            // made whole, so that the next launch is not blamed
            memset(slackBefore(allocation), CANARY, allocation.start - slackBefore(allocation));
            memset(allocation.start + allocation.bytes, CANARY,
                   endOfSlack(allocation) - (allocation.start + allocation.bytes));
            return std::string("a write ") + (before ? "behind" : "before") + " an allocation of "
                   + std::to_string(allocation.bytes) + " bytes";
        }
    }
    return "";
}

void resetMemory() {
    for (const auto &[start, allocation] : live) {
        munmap(allocation.mapped, allocation.mappedBytes);
    }
    for (const auto &[mapped, bytes] : freed) {
        munmap(mapped, bytes);
    }
    live.clear();
    freed.clear();
    freedBytes = 0;
}

} // namespace fake

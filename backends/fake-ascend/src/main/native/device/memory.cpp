#include "memory.h"
#include <cstdlib>
#include <cstring>

namespace fake {

static std::map<const char *, Memory *> byStart; // freed ones too
static std::map<int, size_t> used;               // bytes that are not freed, by device

static constexpr size_t ALIGNMENT = 64;
static constexpr size_t SLACK = 64; // behind the end

Memory::~Memory() {
    if (!destroyed) used[device] -= bytes;
    byStart.erase(start);
    free(start);
}

size_t left(int device) {
    Lock lock(state.lock);
    return used[device] > state.settings.memory ? 0 : state.settings.memory - used[device];
}

Memory *allocate(size_t bytes, int device) {
    Lock lock(state.lock);
    if (device >= 0 && bytes > left(device)) return nullptr;
    Memory *memory = new Memory();
    memory->start = static_cast<char *>(aligned_alloc(ALIGNMENT, (bytes + SLACK + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT));
    memset(memory->start, 0xff, bytes);
    memory->device = device;
    memory->bytes = bytes;
    byStart[memory->start] = memory;
    used[device] += bytes;
    return keep(device < 0 ? "pinned memory" : "memory", memory);
}

void release(Memory *memory) {
    Lock lock(state.lock);
    memory->destroyed = true;
    used[memory->device] -= memory->bytes;
    memset(memory->start, 0xdd, memory->bytes);
}

static Memory *around(const void *start) {
    const char *at = static_cast<const char *>(start);
    auto next = byStart.upper_bound(at);
    if (next == byStart.begin()) return nullptr;
    Memory *memory = std::prev(next)->second;
    return at < memory->start + memory->bytes || at == memory->start ? memory : nullptr;
}

Memory *holding(const void *start, size_t bytes) {
    Lock lock(state.lock);
    Memory *memory = around(start);
    bool inside = memory && static_cast<const char *>(start) + bytes <= memory->start + memory->bytes;
    return inside && !memory->destroyed ? memory : nullptr;
}

std::string described(const void *start) {
    Lock lock(state.lock);
    Memory *memory = around(start);
    if (!memory) return "memory of the host that is not pinned";
    std::string what = memory->device < 0 ? "pinned memory" : "memory of device " + std::to_string(memory->device);
    return (memory->destroyed ? "freed " : "") + what + ", " +
           std::to_string(memory->start + memory->bytes - static_cast<const char *>(start)) + " bytes to its end";
}

} // namespace fake

#include "recorder.h"
#include "memory.h"
#include "settings.h"
#include <algorithm>
#include <cstring>
#include <map>
#include <set>
#include <unistd.h>

namespace fake {
namespace {

std::string directory; // of what follows
int launches = 0;
std::set<std::string> kinds;
std::map<std::pair<uint64_t, uint64_t>, uint64_t> places; // of pages, by two hashes of their bytes
uint64_t end = 0;                                         // of the file of pages

std::pair<uint64_t, uint64_t> hashes(const unsigned char *page) {
    uint64_t a = 14695981039346656037ull;
    uint64_t b = 88172645463325252ull;
    for (size_t at = 0; at < RECORDED_PAGE; at += sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, page + at, sizeof word);
        a = (a ^ word) * 1099511628211ull;
        a ^= a >> 29;
        b = (b + word) * 0x9E3779B97F4A7C15ull;
        b ^= b >> 32;
    }
    return {a, b};
}

/// Puts memory into the file of pages.
std::vector<uint64_t> keep(uint64_t address, uint64_t size) {
    std::ofstream file(directory + "/pages", std::ios::binary | std::ios::app);
    std::vector<uint64_t> result;
    for (uint64_t at = 0; at < size; at += RECORDED_PAGE) {
        unsigned char page[RECORDED_PAGE] = {};
        memcpy(page, reinterpret_cast<const void *>(address + at), std::min<uint64_t>(RECORDED_PAGE, size - at));
        auto [place, isNew] = places.try_emplace(hashes(page), end);
        if (isNew) {
            file.write(reinterpret_cast<const char *>(page), RECORDED_PAGE);
            end += RECORDED_PAGE;
        }
        result.push_back(place->second);
    }
    return result;
}

/// The allocations and pinned memory that words of the parameters point into, or behind the end of.
std::vector<RecordedMemory> pointedAt(const std::vector<std::vector<unsigned char>> &parameters) {
    std::map<uint64_t, uint64_t> known = pinnedMemory();
    for (const auto &[start, allocation] : allocations()) {
        known[start] = allocation.bytes;
    }
    std::map<uint64_t, uint64_t> sizes;
    for (const auto &parameter : parameters) {
        for (size_t at = 0; at + sizeof(uint64_t) <= parameter.size(); at += sizeof(uint64_t)) {
            uint64_t word;
            memcpy(&word, parameter.data() + at, sizeof word);
            auto next = known.upper_bound(word);
            if (next != known.begin()) {
                const auto &[start, bytes] = *std::prev(next);
                if (word <= start + bytes) {
                    sizes[start] = bytes;
                }
            }
        }
    }
    std::vector<RecordedMemory> result;
    for (const auto &[address, size] : sizes) {
        result.push_back({address, size, {}, {}});
    }
    return result;
}

std::string kind(const RecordedLaunch &launch) {
    const FakeDim &grid = launch.launch.grid;
    const FakeDim &block = launch.launch.block;
    std::string text = launch.kernel;
    for (uint64_t number : {grid.x, grid.y, grid.z, block.x, block.y, block.z, launch.launch.dynamicShared}) {
        text += " " + std::to_string(number);
    }
    for (const RecordedMemory &memory : launch.memory) {
        text += " " + std::to_string(memory.size);
    }
    return text;
}

} // namespace

void resetRecorder() {
    directory.clear();
    launches = 0;
    kinds.clear();
    places.clear();
    end = 0;
}

Recording::Recording(const FakeKernel &kernel, const FakeLaunch &launch,
                     const std::vector<std::vector<unsigned char>> &parameters) {
    if (settings.record.empty()) {
        return;
    }
    if (directory != settings.record) {
        resetRecorder();
        directory = settings.record;
        unlink((directory + "/pages").c_str());
    }
    recorded = {kernel.name, launch, parameters, pointedAt(parameters)};
    wanted = kinds.insert(kind(recorded)).second;
    for (RecordedMemory &memory : recorded.memory) {
        if (wanted) {
            memory.before = keep(memory.address, memory.size);
        }
    }
}

void Recording::finish() {
    if (!wanted) {
        return;
    }
    for (RecordedMemory &memory : recorded.memory) {
        memory.after = keep(memory.address, memory.size);
    }
    writeLaunch(directory + "/launch." + std::to_string(launches++), recorded);
}

} // namespace fake

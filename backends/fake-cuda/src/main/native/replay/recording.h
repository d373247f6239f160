// The files of a recorded launch, as the driver writes and the replay program reads them. All numbers are of 64 bits.
//
//   launch.NUMBER:  name, grid, block, dynamic shared memory, order, seed;
//                   parameters: count, then for each its size and bytes;
//                   allocations: count, then for each its address and size, what it held before and after.
//
// What memory held is a list of pages, each the place of its bytes in the file `pages`, where equal pages are one: an
// arena that hardly changes from launch to launch takes its pages once.
#pragma once
#include "../abi/kernel_abi.h"
#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

namespace fake {

constexpr size_t RECORDED_PAGE = 4096;

struct RecordedMemory {
    uint64_t address;
    uint64_t size;
    std::vector<uint64_t> before, after; // places of pages, the last one filled up with zeros
};

struct RecordedLaunch {
    std::string kernel;
    FakeLaunch launch;
    std::vector<std::vector<unsigned char>> parameters;
    std::vector<RecordedMemory> memory;
};

/// Passes a launch's parts through a function, in the order of the file.
template <class Launch, class Number, class Bytes> void transfer(Launch &launch, Number number, Bytes bytes) {
    bytes(launch.kernel);
    for (auto *dim : {&launch.launch.grid, &launch.launch.block}) {
        number(dim->x);
        number(dim->y);
        number(dim->z);
    }
    number(launch.launch.dynamicShared);
    number(launch.launch.order);
    number(launch.launch.seed);
    auto size = [number](auto &list) {
        uint64_t count = list.size();
        number(count);
        list.resize(count);
    };
    size(launch.parameters);
    for (auto &parameter : launch.parameters) {
        bytes(parameter);
    }
    size(launch.memory);
    for (auto &memory : launch.memory) {
        number(memory.address);
        number(memory.size);
        for (auto *pages : {&memory.before, &memory.after}) {
            size(*pages);
            for (auto &page : *pages) {
                number(page);
            }
        }
    }
}

inline void writeLaunch(const std::string &path, RecordedLaunch &launch) {
    std::ofstream file(path, std::ios::binary);
    auto number = [&file](auto &value) {
        uint64_t wide = value;
        file.write(reinterpret_cast<const char *>(&wide), sizeof wide);
    };
    transfer(launch, number, [&](auto &bytes) {
        uint64_t size = bytes.size();
        number(size);
        file.write(reinterpret_cast<const char *>(bytes.data()), static_cast<std::streamsize>(size));
    });
}

/// @return false if there is no such file or it is cut off
inline bool readLaunch(const std::string &path, RecordedLaunch &launch) {
    std::ifstream file(path, std::ios::binary);
    auto number = [&file](auto &value) {
        uint64_t wide = 0;
        file.read(reinterpret_cast<char *>(&wide), sizeof wide);
        value = static_cast<std::remove_reference_t<decltype(value)>>(wide);
    };
    transfer(launch, number, [&](auto &bytes) {
        uint64_t size = 0;
        number(size);
        bytes.resize(size);
        file.read(reinterpret_cast<char *>(bytes.data()), static_cast<std::streamsize>(size));
    });
    return file.good();
}

} // namespace fake

// replay DIRECTORY: repeats the launches that the fake driver recorded there, under the address and undefined behaviour
// sanitizers. Each allocation becomes a heap block of exactly its size; the words of the parameters that pointed into one
// point into its block. Ends with 0 if no sanitizer had a report and the memory afterwards is what the fake driver's was.
#include "recording.h"
#include "../abi/scheduler.h"
#include <cstdio>
#include <cstdlib>
#include <cstring>

extern "C" const FakeKernels *fake_kernels();

namespace {

using fake::RecordedLaunch;
using fake::RecordedMemory;

constexpr size_t ALIGNMENT = 256; // as cuMemAlloc promises

std::vector<unsigned char> pages(std::ifstream &file, const std::vector<uint64_t> &places, uint64_t size) {
    std::vector<unsigned char> bytes(places.size() * fake::RECORDED_PAGE);
    for (size_t page = 0; page < places.size(); page++) {
        file.seekg(static_cast<std::streamoff>(places[page]));
        file.read(reinterpret_cast<char *>(bytes.data() + page * fake::RECORDED_PAGE), fake::RECORDED_PAGE);
    }
    bytes.resize(size);
    return bytes;
}

/// Lets the words that pointed into an allocation, or behind its end, point into its block.
void relocate(std::vector<unsigned char> &parameter, const std::vector<RecordedMemory> &memory,
              const std::vector<unsigned char *> &blocks) {
    for (size_t at = 0; at + sizeof(uint64_t) <= parameter.size(); at += sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, parameter.data() + at, sizeof word);
        for (size_t i = 0; i < memory.size(); i++) {
            if (word >= memory[i].address && word <= memory[i].address + memory[i].size) {
                word = reinterpret_cast<uint64_t>(blocks[i]) + (word - memory[i].address);
                memcpy(parameter.data() + at, &word, sizeof word);
                break;
            }
        }
    }
}

bool find(const std::string &name, const FakeKernels *&library, const FakeKernel *&kernel) {
    for (library = fake_kernels(); library != nullptr; library = library->next) {
        for (uint32_t i = 0; i < library->count; i++) {
            kernel = &library->kernels[i];
            if (name == kernel->name) {
                return true;
            }
        }
    }
    return false;
}

/// @return whether the launch did what the recording says
bool replay(RecordedLaunch &recorded, std::ifstream &pageFile) {
    const FakeKernels *library;
    const FakeKernel *kernel;
    if (!find(recorded.kernel, library, kernel)) {
        printf("%s: no such kernel in the sources\n", recorded.kernel.c_str());
        return false;
    }
    std::vector<unsigned char *> blocks;
    for (const RecordedMemory &memory : recorded.memory) {
        void *block = nullptr;
        if (posix_memalign(&block, ALIGNMENT, memory.size) != 0) {
            printf("%s: no memory for %lu bytes\n", recorded.kernel.c_str(), static_cast<unsigned long>(memory.size));
            return false;
        }
        blocks.push_back(static_cast<unsigned char *>(block));
        memcpy(block, pages(pageFile, memory.before, memory.size).data(), memory.size);
    }
    std::vector<void *> parameters;
    for (auto &parameter : recorded.parameters) {
        relocate(parameter, recorded.memory, blocks);
        parameters.push_back(parameter.data());
    }
    fake::Outcome outcome = fake::run(*library, *kernel, recorded.launch, parameters.data());
    bool same = outcome.code == 0;
    if (!same) {
        printf("%s: %s\n", recorded.kernel.c_str(), outcome.message.c_str());
    }
    for (size_t i = 0; i < blocks.size(); i++) {
        std::vector<unsigned char> after = pages(pageFile, recorded.memory[i].after, recorded.memory[i].size);
        for (size_t at = 0; at < after.size() && same; at++) {
            if (after[at] != blocks[i][at]) {
                printf("%s: byte %zu of an allocation of %zu bytes is %02x, recorded was %02x\n",
                       recorded.kernel.c_str(), at, after.size(), blocks[i][at], after[at]);
                same = false;
            }
        }
        free(blocks[i]);
    }
    return same;
}

} // namespace

int main(int count, char **arguments) {
    if (count != 2) {
        fprintf(stderr, "usage: replay DIRECTORY\n");
        return 2;
    }
    std::string directory = arguments[1];
    std::ifstream pageFile(directory + "/pages", std::ios::binary);
    int launches = 0;
    int different = 0;
    for (RecordedLaunch recorded; fake::readLaunch(directory + "/launch." + std::to_string(launches), recorded);
         launches++) {
        different += replay(recorded, pageFile) ? 0 : 1;
        recorded = {};
    }
    printf("%d launches repeated, %d of them differ\n", launches, different);
    return launches > 0 && different == 0 ? 0 : 1;
}

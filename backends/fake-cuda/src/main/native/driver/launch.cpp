#include "launch.h"
#include "../abi/scheduler.h"
#include "calls.h"
#include "faults.h"
#include "memory.h"
#include "recorder.h"
#include "settings.h"
#include <cstring>

namespace fake {
namespace {

uint64_t launches = 0;

std::string geometry(const FakeLaunch &launch) {
    auto dim = [](const FakeDim &d) {
        return "(" + std::to_string(d.x) + "," + std::to_string(d.y) + "," + std::to_string(d.z) + ")";
    };
    return "<<<" + dim(launch.grid) + ", " + dim(launch.block) + ", " + std::to_string(launch.dynamicShared) + ">>>";
}

/// Whether a word of the parameters is an address on another device, which no kernel may touch.
bool pointsElsewhere(const std::vector<std::vector<unsigned char>> &parameters, int device) {
    for (const auto &parameter : parameters) {
        for (size_t at = 0; at + sizeof(uintptr_t) <= parameter.size(); at += sizeof(uintptr_t)) {
            uintptr_t word;
            memcpy(&word, parameter.data() + at, sizeof word);
            auto next = allocations().upper_bound(word);
            if (next != allocations().begin()) {
                const Allocation &allocation = std::prev(next)->second;
                if (word < reinterpret_cast<uintptr_t>(allocation.start) + allocation.bytes
                    && allocation.device != device) {
                    return true;
                }
            }
        }
    }
    return false;
}

Outcome runGuarded(const FakeKernels *library, const FakeKernel *kernel, const FakeLaunch &launch, void **parameters) {
    Outcome outcome;
    std::string fault = guarded([&] { outcome = run(*library, *kernel, launch, parameters); });
    if (!fault.empty()) {
        outcome = {ILLEGAL_ADDRESS, fault};
    } else if (outcome.code == SUCCESS) {
        outcome.message = overwritten();
        outcome.code = outcome.message.empty() ? SUCCESS : ILLEGAL_ADDRESS;
    }
    return outcome;
}

} // namespace

void resetLaunches() {
    launches = 0;
}

Work kernelWork(const FakeKernels *library, const FakeKernel *kernel, const FakeLaunch &geometryOf,
                std::vector<std::vector<unsigned char>> bytes, int device) {
    std::string name = std::string("kernel ") + kernel->name;
    return {name, [=]() mutable -> Result {
        for (const std::string &which : {std::string("kernel"), name}) {
            if (Result planned = injected(which)) {
                return planned;
            }
        }
        FakeLaunch launch = geometryOf;
        launch.order = settings.order;
        launch.seed = settings.seed + launches++;
        count("kernel");
        count(name);
        if (pointsElsewhere(bytes, device)) {
            log(name + ": a parameter is an address on another device");
            return ILLEGAL_ADDRESS;
        }
        std::vector<void *> parameters;
        for (auto &parameter : bytes) {
            parameters.push_back(parameter.data());
        }
        Recording recording(*kernel, launch, bytes);
        Outcome outcome = runGuarded(library, kernel, launch, parameters.data());
        log(name + geometry(launch) + (outcome.code == SUCCESS ? "" : ": " + outcome.message));
        if (outcome.code == SUCCESS) {
            recording.finish();
        }
        return outcome.code;
    }};
}

} // namespace fake

// What a test or a process can set. Each setting `x` starts as the environment variable FAKEASCEND_X says.
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
    std::string soc = "Ascend910B3";  // what aclrtGetSocName says; a name without a digit at its end is of the first 910
    std::string cann = "8.1.RC1";     // version; before 9 the narrower types of HCCL hold
    int devices = 1;
    size_t memory = size_t(8) << 30;  // bytes of a device
    bool lazy = false;                // a stream works only when something waits for it
    uint64_t seed = 1;                // `nondeterministic`: of orders of arrival
    int timeout = 20000;              // milliseconds that a collective waits for other ranks
    bool lost = false;                // every call that needs the device fails
    std::string log;                  // a file to which the log goes too, empty: none
    std::vector<PlannedFailure> failures; // `fail`: "aclrtMalloc:2:207001,aclnnAdd:1:361001"

    /// @return false if there is no such setting or its value cannot be read
    bool set(const std::string &name, const std::string &value);

    /// Tells whether the SoC is of the first generation: no BF16, no FP32 in the cube unit, saturation only.
    bool first() const { return soc.rfind("Ascend910B", 0) != 0 || soc == "Ascend910B"; }
};

/// The settings that the environment asks for. A wrong one ends the process with a message.
Settings fromEnvironment();

} // namespace fake

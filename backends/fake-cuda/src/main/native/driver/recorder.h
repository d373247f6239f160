// Records launches for the replay program (replay/recording.h).
#pragma once
#include "../abi/kernel_abi.h"
#include <cstdint>
#include <vector>

namespace fake {

/// One launch that is recorded, if the settings ask for it and none of its kind was recorded before.
class Recording {
public:
    Recording(const FakeKernel &kernel, const FakeLaunch &launch,
              const std::vector<std::vector<unsigned char>> &parameters);

    /// Writes what the launch left in memory.
    void finish();
};

} // namespace fake

// Records launches for the replay program (replay/recording.h).
#pragma once
#include "../replay/recording.h"
#include <string>

namespace fake {

/// One launch that is recorded, if the settings ask for it and none with its kernel, geometry and sizes was recorded
/// before.
class Recording {
public:
    Recording(const FakeKernel &kernel, const FakeLaunch &launch,
              const std::vector<std::vector<unsigned char>> &parameters);

    /// Writes the launch, with what it left in memory.
    void finish();

private:
    bool wanted = false;
    RecordedLaunch recorded;
};

/// Forgets what was recorded; a new recording starts with launch 0.
void resetRecorder();

} // namespace fake

// What the fake reads in an image: the text of PTX, of the fake NVRTC, or a cubin.
#pragma once
#include "codes.h"
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace fake {

struct Image {
    std::string bytes;
    bool isText;
    std::string library; // of the kernels' host build, empty if the image does not name one

    /// @return the sizes of a kernel's parameters where the image tells them; nothing if it has no such kernel
    std::optional<std::vector<uint32_t>> parameters(const std::string &kernel) const;
};

/// Reads an image.
///
/// @return 0, or why the device of the settings cannot take it
Result readImage(const void *data, Image &image);

} // namespace fake

#include "images.h"
#include "calls.h"
#include "settings.h"
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <elf.h>

namespace fake {
namespace {

constexpr int EM_CUDA_MACHINE = 190;

/// The bytes of an ELF file, as its own headers give them.
std::string elfBytes(const char *data) {
    Elf64_Ehdr header;
    memcpy(&header, data, sizeof header);
    uint64_t sections = header.e_shoff + uint64_t(header.e_shentsize) * header.e_shnum;
    uint64_t segments = header.e_phoff + uint64_t(header.e_phentsize) * header.e_phnum;
    return std::string(data, std::max(sections, segments));
}

/// The machine that a cubin is for, as 10·major+minor: in the second byte of the flags since CUDA 13, before in the
/// first.
int cubinTarget(const std::string &bytes) {
    Elf64_Ehdr header;
    memcpy(&header, bytes.data(), sizeof header);
    int second = header.e_flags >> 8 & 0xFF;
    return second >= 50 ? second : header.e_flags & 0xFF;
}

int textTarget(const std::string &text) {
    size_t at = text.find(".target sm_");
    return at == std::string::npos ? 0 : atoi(text.c_str() + at + strlen(".target sm_"));
}

/// Bytes of one `.param .u64 name` or `.param .align 8 .b8 name[24]`.
uint32_t parameterSize(const std::string &text) {
    uint32_t width = 1;
    for (size_t dot = text.find('.'); dot != std::string::npos; dot = text.find('.', dot + 1)) {
        char kind;
        unsigned bits;
        if (sscanf(text.c_str() + dot, ".%c%u", &kind, &bits) == 2 && strchr("busf", kind) != nullptr) {
            width = bits / 8;
        }
    }
    size_t bracket = text.find('[');
    return bracket == std::string::npos ? width : width * atoi(text.c_str() + bracket + 1);
}

std::string targetText(int target) {
    return "sm_" + std::to_string(target) + ", the device is of sm_" + std::to_string(settings.major)
           + std::to_string(settings.minor);
}

} // namespace

Result readImage(const void *data, Image &image) {
    auto *start = static_cast<const char *>(data);
    image.isText = memcmp(start, ELFMAG, SELFMAG) != 0;
    image.bytes = image.isText ? std::string(start) : elfBytes(start);
    if (image.isText) {
        if (image.bytes.find(".version") == std::string::npos || textTarget(image.bytes) == 0) {
            return INVALID_PTX;
        }
        if (textTarget(image.bytes) > settings.major * 10 + settings.minor) {
            log("image for " + targetText(textTarget(image.bytes)));
            return NO_BINARY_FOR_GPU;
        }
        static const char MARK[] = "// library ";
        size_t at = image.bytes.find(MARK);
        if (at != std::string::npos) {
            at += strlen(MARK);
            image.library = image.bytes.substr(at, image.bytes.find('\n', at) - at);
        }
        return SUCCESS;
    }
    Elf64_Ehdr header;
    memcpy(&header, start, sizeof header);
    if (header.e_machine != EM_CUDA_MACHINE) {
        return INVALID_IMAGE;
    }
    int target = cubinTarget(image.bytes);
    if (target / 10 != settings.major || target % 10 > settings.minor) { // a cubin runs on its generation only
        log("cubin for " + targetText(target));
        return NO_BINARY_FOR_GPU;
    }
    return SUCCESS;
}

std::optional<std::vector<uint32_t>> Image::parameters(const std::string &kernel) const {
    std::vector<uint32_t> sizes;
    if (!isText) { // a kernel's code is a section of its own
        bool found = bytes.find(".text." + kernel + '\0') != std::string::npos;
        return found ? std::optional(sizes) : std::nullopt;
    }
    for (size_t at = bytes.find(".entry " + kernel); at != std::string::npos;
         at = bytes.find(".entry " + kernel, at + 1)) {
        size_t end = at + strlen(".entry ") + kernel.size();
        size_t open = bytes.find_first_not_of(" \t\r\n", end);
        if (open == std::string::npos || isalnum(bytes[end]) || bytes[end] == '_' || bytes[end] == '$') {
            continue; // a longer name
        }
        if (bytes[open] != '(') {
            return sizes;
        }
        std::string list = bytes.substr(open + 1, bytes.find(')', open) - open - 1);
        for (size_t next = list.find(".param"); next != std::string::npos;) {
            size_t following = list.find(".param", next + 1);
            sizes.push_back(parameterSize(list.substr(next, following - next)));
            next = following;
        }
        return sizes;
    }
    return std::nullopt;
}

} // namespace fake

// Elements of the types that NVIDIA's libraries are used with here, carried as binary64, which holds each of them.
#pragma once
#include "../abi/rounding.h"
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace fake {

enum class Element { FP16, BF16, FP32, INT32, UINT8 };

inline size_t bytesOf(Element type) {
    switch (type) {
    case Element::FP16:
    case Element::BF16:
        return 2;
    case Element::FP32:
    case Element::INT32:
        return 4;
    case Element::UINT8:
        return 1;
    }
    return 0;
}

/// Finds the type that a library has a code for.
///
/// @return false if it has none
inline bool elementOf(const std::map<int64_t, Element> &codes, int64_t code, Element &element) {
    auto found = codes.find(code);
    if (found != codes.end()) {
        element = found->second;
    }
    return found != codes.end();
}

template <class T> T at(const void *start, size_t index) {
    T value;
    memcpy(&value, static_cast<const char *>(start) + index * sizeof(T), sizeof value);
    return value;
}

inline double load(Element type, const void *start, size_t index) {
    switch (type) {
    case Element::FP16:
        return fromFp16(at<uint16_t>(start, index));
    case Element::BF16:
        return fromBf16(at<uint16_t>(start, index));
    case Element::FP32:
        return at<float>(start, index);
    case Element::INT32:
        return at<int32_t>(start, index);
    case Element::UINT8:
        return at<uint8_t>(start, index);
    }
    return 0;
}

/// Stores a value rounded to the type; integers wrap.
inline void store(Element type, void *start, size_t index, double value) {
    char *to = static_cast<char *>(start) + index * bytesOf(type);
    auto put = [to](auto encoded) { memcpy(to, &encoded, sizeof encoded); };
    switch (type) {
    case Element::FP16:
        return put(toFp16(value));
    case Element::BF16:
        return put(toBf16(value));
    case Element::FP32:
        return put(static_cast<float>(value));
    case Element::INT32:
        return put(static_cast<int32_t>(static_cast<int64_t>(value)));
    case Element::UINT8:
        return put(static_cast<uint8_t>(static_cast<int64_t>(value)));
    }
}

/// @return the value as the type holds it
inline double rounded(Element type, double value) {
    char one[4];
    store(type, one, 0, value);
    return load(type, one, 0);
}

} // namespace fake

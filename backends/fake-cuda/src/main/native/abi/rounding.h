// binary16 and bfloat16, encoded with one rounding to nearest even. A NaN becomes 0x7FFF, as a device's conversions make
// it.
#pragma once
#include <cmath>
#include <cstdint>
#include <cstring>

namespace fake {

template <class To, class From> inline To bits(From from) {
    static_assert(sizeof(To) == sizeof(From));
    To to;
    memcpy(&to, &from, sizeof to);
    return to;
}

/// @param value binary32 or binary64
template <class T> inline uint16_t toFp16(T value) {
    return value != value ? 0x7FFF : bits<uint16_t>(static_cast<_Float16>(value));
}

inline float fromFp16(uint16_t code) {
    return static_cast<float>(bits<_Float16>(code));
}

inline uint16_t toBf16(float value) {
    if (value != value) {
        return 0x7FFF;
    }
    uint32_t code = bits<uint32_t>(value);
    return static_cast<uint16_t>((code + 0x7FFF + (code >> 16 & 1)) >> 16);
}

/// Rounds to binary32 so that rounding again to fewer digits gives what one rounding would have given: towards zero, with
/// the last bit set where digits were lost.
inline float toOdd(double value) {
    float rounded = static_cast<float>(value);
    if (static_cast<double>(rounded) == value || value != value || std::isinf(rounded)) {
        return rounded;
    }
    uint32_t code = bits<uint32_t>(rounded);
    if (std::fabs(static_cast<double>(rounded)) > std::fabs(value)) {
        code--;
    }
    return bits<float>(code | 1);
}

inline uint16_t toBf16(double value) {
    return toBf16(toOdd(value));
}

inline float fromBf16(uint16_t code) {
    return bits<float>(static_cast<uint32_t>(code) << 16);
}

} // namespace fake

// bfloat16 for g++: computed in binary32 and rounded once, to nearest even. A NaN becomes 0x7FFF, as cvt.rn.bf16.f32
// makes it.
#pragma once
#include "fake_small_float.h"

namespace fake {

struct Bf16 {
    static uint16_t encode(double value) { return encode(toOdd(value)); }
    static uint16_t encode(float value) {
        if (value != value) {
            return 0x7FFF;
        }
        uint32_t code = bits<uint32_t>(value);
        return static_cast<uint16_t>((code + 0x7FFF + (code >> 16 & 1)) >> 16);
    }
    static float decode(uint16_t code) { return bits<float>(static_cast<uint32_t>(code) << 16); }

private:
    /// Rounds to binary32 so that rounding again to fewer digits gives what one rounding would have given: towards
    /// zero, with the last bit set where digits were lost.
    static float toOdd(double value) {
        float rounded = static_cast<float>(value);
        if (static_cast<double>(rounded) == value || isinf(rounded)) {
            return rounded;
        }
        uint32_t code = bits<uint32_t>(rounded);
        if (fabs(static_cast<double>(rounded)) > fabs(value)) {
            code--;
        }
        return bits<float>(code | 1);
    }
};

} // namespace fake

using __nv_bfloat16 = fake::SmallFloat<fake::Bf16>;
typedef fake::Pair<__nv_bfloat16> __nv_bfloat162;

inline __nv_bfloat16 __float2bfloat16(float a) { return __nv_bfloat16(a); }
inline __nv_bfloat16 __float2bfloat16_rn(float a) { return __nv_bfloat16(a); }
inline __nv_bfloat16 __double2bfloat16(double a) { return __nv_bfloat16(a); }
inline float __bfloat162float(__nv_bfloat16 a) { return a; }
inline unsigned short __bfloat16_as_ushort(__nv_bfloat16 a) { return a.code; }
inline __nv_bfloat16 __ushort_as_bfloat16(unsigned short a) { return __nv_bfloat16::of(a); }
inline __nv_bfloat162 __halves2bfloat162(__nv_bfloat16 a, __nv_bfloat16 b) { return {a, b}; }
inline __nv_bfloat162 __floats2bfloat162_rn(float a, float b) { return {__nv_bfloat16(a), __nv_bfloat16(b)}; }
inline float2 __bfloat1622float2(__nv_bfloat162 a) { return {a.x, a.y}; }

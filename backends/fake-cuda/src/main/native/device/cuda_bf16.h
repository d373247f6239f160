// bfloat16 for g++: computed in binary32 and rounded once, to nearest even. A NaN becomes 0x7FFF, as cvt.rn.bf16.f32
// makes it.
#pragma once
#include "fake_small_float.h"

namespace fake {

struct Bf16 {
    template <class T> static uint16_t encode(T value) { return toBf16(value); }
    static float decode(uint16_t code) { return fromBf16(code); }
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

// IEEE binary16 for g++: computed in binary32 and rounded once, to nearest even. A NaN becomes 0x7FFF, as cvt.rn.f16.f32
// makes it.
#pragma once
#include "fake_small_float.h"

namespace fake {

struct Fp16 {
    template <class T> static uint16_t encode(T value) { return toFp16(value); }
    static float decode(uint16_t code) { return fromFp16(code); }
};

} // namespace fake

using __half = fake::SmallFloat<fake::Fp16>;
typedef __half half;
typedef fake::Pair<__half> __half2;
typedef __half2 half2;

inline __half __float2half(float a) { return __half(a); }
inline __half __float2half_rn(float a) { return __half(a); }
inline __half __double2half(double a) { return __half(a); }
inline float __half2float(__half a) { return a; }
inline unsigned short __half_as_ushort(__half a) { return a.code; }
inline __half __ushort_as_half(unsigned short a) { return __half::of(a); }
inline __half __short_as_half(short a) { return __half::of(static_cast<uint16_t>(a)); }
inline short __half_as_short(__half a) { return static_cast<short>(a.code); }
inline __half2 __halves2half2(__half a, __half b) { return {a, b}; }
inline __half2 __floats2half2_rn(float a, float b) { return {__half(a), __half(b)}; }
inline float2 __half22float2(__half2 a) { return {a.x, a.y}; }
inline __half __low2half(__half2 a) { return a.x; }
inline __half __high2half(__half2 a) { return a.y; }

// Arithmetic as IEEE 754 has it; expf, logf and their like are the host's libm. g++ contracts a*b+c only where the
// options ask for it (--fmad).
#pragma once

template <class A, class B> inline constexpr std::common_type_t<A, B> min(A a, B b) {
    return static_cast<std::common_type_t<A, B>>(b) < static_cast<std::common_type_t<A, B>>(a) ? b : a;
}
template <class A, class B> inline constexpr std::common_type_t<A, B> max(A a, B b) {
    return static_cast<std::common_type_t<A, B>>(a) < static_cast<std::common_type_t<A, B>>(b) ? b : a;
}
// of floats a number wins over a NaN
inline float min(float a, float b) { return fminf(a, b); }
inline float max(float a, float b) { return fmaxf(a, b); }
inline double min(double a, double b) { return fmin(a, b); }
inline double max(double a, double b) { return fmax(a, b); }

inline float __fadd_rn(float a, float b) { return a + b; }
inline float __fsub_rn(float a, float b) { return a - b; }
inline float __fmul_rn(float a, float b) { return a * b; }
inline float __fmaf_rn(float a, float b, float c) { return fmaf(a, b, c); }
inline float __fdiv_rn(float a, float b) { return a / b; }
inline float __fsqrt_rn(float a) { return sqrtf(a); }
inline float __frcp_rn(float a) { return 1.0f / a; }
inline double __dadd_rn(double a, double b) { return a + b; }
inline double __dmul_rn(double a, double b) { return a * b; }
inline double __fma_rn(double a, double b, double c) { return fma(a, b, c); }
inline float __double2float_rn(double a) { return static_cast<float>(a); }
inline float __int2float_rn(int a) { return static_cast<float>(a); }
inline float __fdividef(float a, float b) { return a / b; }
// macros, because glibc has functions of these names to itself
#define __expf(a) expf(a)
#define __logf(a) logf(a)
inline float rsqrtf(float a) { return 1.0f / sqrtf(a); }

inline int __float_as_int(float a) { return fake::bits<int>(a); }
inline float __int_as_float(int a) { return fake::bits<float>(a); }
inline unsigned __float_as_uint(float a) { return fake::bits<unsigned>(a); }
inline float __uint_as_float(unsigned a) { return fake::bits<float>(a); }
inline long long __double_as_longlong(double a) { return fake::bits<long long>(a); }
inline double __longlong_as_double(long long a) { return fake::bits<double>(a); }

// A floating type of 16 bits. Sums, products, quotients and roots of two such numbers are rounded rightly when they are
// computed in binary32 and rounded again, because its 24 digits are more than twice their 11 and two more.
#pragma once
#include "fake_device.h"

namespace fake {

/// @tparam Format encodes a binary32 or binary64 number with one rounding, and decodes
template <class Format> struct SmallFloat {
    uint16_t code;

    SmallFloat() = default;
    SmallFloat(float value) : code(Format::encode(value)) {}
    SmallFloat(double value) : code(Format::encode(value)) {}
    SmallFloat(int value) : code(Format::encode(static_cast<double>(value))) {}
    SmallFloat(unsigned value) : code(Format::encode(static_cast<double>(value))) {}

    static SmallFloat of(uint16_t code) {
        SmallFloat result;
        result.code = code;
        return result;
    }

    operator float() const { return Format::decode(code); }

    SmallFloat &operator+=(SmallFloat b) { return *this = *this + b; }
    SmallFloat &operator-=(SmallFloat b) { return *this = *this - b; }
    SmallFloat &operator*=(SmallFloat b) { return *this = *this * b; }
    SmallFloat &operator/=(SmallFloat b) { return *this = *this / b; }

    friend SmallFloat operator+(SmallFloat a, SmallFloat b) { return SmallFloat(float(a) + float(b)); }
    friend SmallFloat operator-(SmallFloat a, SmallFloat b) { return SmallFloat(float(a) - float(b)); }
    friend SmallFloat operator*(SmallFloat a, SmallFloat b) { return SmallFloat(float(a) * float(b)); }
    friend SmallFloat operator/(SmallFloat a, SmallFloat b) { return SmallFloat(float(a) / float(b)); }
    friend SmallFloat operator-(SmallFloat a) { return of(a.code ^ 0x8000); }
    friend bool operator==(SmallFloat a, SmallFloat b) { return float(a) == float(b); }
    friend bool operator!=(SmallFloat a, SmallFloat b) { return float(a) != float(b); }
    friend bool operator<(SmallFloat a, SmallFloat b) { return float(a) < float(b); }
    friend bool operator>(SmallFloat a, SmallFloat b) { return float(a) > float(b); }
    friend bool operator<=(SmallFloat a, SmallFloat b) { return float(a) <= float(b); }
    friend bool operator>=(SmallFloat a, SmallFloat b) { return float(a) >= float(b); }
};

template <class T> struct alignas(4) Pair {
    T x, y;
};

/// a·b+c with one rounding: the product is exact in binary64, and where the sum is not, its last bit is made odd.
template <class F> SmallFloat<F> fused(SmallFloat<F> a, SmallFloat<F> b, SmallFloat<F> c) {
    double product = static_cast<double>(float(a)) * float(b);
    double addend = float(c);
    double sum = product + addend;
    double back = sum - product;
    double lost = (product - (sum - back)) + (addend - back);
    if (isfinite(sum) && lost != 0) {
        int64_t code = bits<int64_t>(sum);
        if (!(code & 1)) {
            sum = bits<double>((lost > 0) == (sum > 0) ? code | 1 : code - 1);
        }
    }
    return SmallFloat<F>(sum);
}

} // namespace fake

template <class F> fake::SmallFloat<F> __hadd(fake::SmallFloat<F> a, fake::SmallFloat<F> b) { return a + b; }
template <class F> fake::SmallFloat<F> __hsub(fake::SmallFloat<F> a, fake::SmallFloat<F> b) { return a - b; }
template <class F> fake::SmallFloat<F> __hmul(fake::SmallFloat<F> a, fake::SmallFloat<F> b) { return a * b; }
template <class F> fake::SmallFloat<F> __hdiv(fake::SmallFloat<F> a, fake::SmallFloat<F> b) { return a / b; }
template <class F> fake::SmallFloat<F> __hadd_rn(fake::SmallFloat<F> a, fake::SmallFloat<F> b) { return a + b; }
template <class F> fake::SmallFloat<F> __hsub_rn(fake::SmallFloat<F> a, fake::SmallFloat<F> b) { return a - b; }
template <class F> fake::SmallFloat<F> __hmul_rn(fake::SmallFloat<F> a, fake::SmallFloat<F> b) { return a * b; }
template <class F>
fake::SmallFloat<F> __hfma(fake::SmallFloat<F> a, fake::SmallFloat<F> b, fake::SmallFloat<F> c) {
    return fake::fused(a, b, c);
}
template <class F> fake::SmallFloat<F> __hneg(fake::SmallFloat<F> a) { return -a; }
template <class F> fake::SmallFloat<F> __habs(fake::SmallFloat<F> a) {
    return fake::SmallFloat<F>::of(a.code & 0x7FFF);
}
// a number wins over a NaN
template <class F> fake::SmallFloat<F> __hmax(fake::SmallFloat<F> a, fake::SmallFloat<F> b) {
    return fake::SmallFloat<F>(fmaxf(a, b));
}
template <class F> fake::SmallFloat<F> __hmin(fake::SmallFloat<F> a, fake::SmallFloat<F> b) {
    return fake::SmallFloat<F>(fminf(a, b));
}
template <class F> bool __hisnan(fake::SmallFloat<F> a) { return float(a) != float(a); }
template <class F> bool __hisinf(fake::SmallFloat<F> a) { return isinf(float(a)); }
template <class F> bool __hlt(fake::SmallFloat<F> a, fake::SmallFloat<F> b) { return a < b; }
template <class F> bool __hgt(fake::SmallFloat<F> a, fake::SmallFloat<F> b) { return a > b; }
template <class F> fake::SmallFloat<F> hsqrt(fake::SmallFloat<F> a) { return fake::SmallFloat<F>(sqrtf(a)); }
template <class T> fake::Pair<T> __hadd2(fake::Pair<T> a, fake::Pair<T> b) { return {a.x + b.x, a.y + b.y}; }
template <class T> fake::Pair<T> __hmul2(fake::Pair<T> a, fake::Pair<T> b) { return {a.x * b.x, a.y * b.y}; }
template <class T> fake::Pair<T> __hfma2(fake::Pair<T> a, fake::Pair<T> b, fake::Pair<T> c) {
    return {fake::fused(a.x, b.x, c.x), fake::fused(a.y, b.y, c.y)};
}

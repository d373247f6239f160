// Sums and functions of the vector unit.
#pragma once
#include <cstddef>
#include <vector>

namespace fake {

/// Sums FP32 terms: within a repeat of 64 always neighbours, then the repeats one by one.
float pairs(const float *terms, size_t length);

/// exp and log, off the nearest FP32 number by -1, 0 or 1 ulp as a hash of the argument says.
float exponential(float x);
float logarithm(float x);

} // namespace fake

// The cube unit: sums over K in steps; in a step exact products and the accumulator are added exactly and rounded once
// to FP32, to nearest even (assumption cube-rne of the device models).
#pragma once
#include "elements.h"

namespace fake {

/// What becomes of operands.
enum class Operands { FP16, BF16, HF32, FP32, FP32_AS_FP16 };

/// How operands of a type are multiplied; refuses what the SoC cannot.
Operands operands(const Plan &plan, aclDataType type, int8_t cubeMathType);

/// Products of a step.
size_t products(Operands operands);

/// Elements of 32 bytes: channels that lie together in memory.
size_t group(Operands operands);

/// Turns values into operands.
void cast(std::vector<float> &values, Operands operands);

/// Ends of steps of equal length.
std::vector<size_t> steps(size_t terms, size_t length);

/// Multiplies [rows, ends.back()] by [ends.back(), columns], K in steps; slices of the steps are summed by themselves
/// and added as they arrive.
std::vector<float> multiply(const std::vector<float> &left, const std::vector<float> &right, size_t rows, size_t columns,
                            const std::vector<size_t> &ends, bool arriving);

} // namespace fake

#include "cube.h"
#include <algorithm>

namespace fake {

Operands operands(const Plan &plan, aclDataType type, int8_t mathType) {
    bool first = state.settings.first();
    const char *soc = state.settings.soc.c_str();
    plan.require(mathType >= 0 && mathType <= 4, "cubeMathType %d, expected 0 to 4", mathType);
    plan.require(!first || mathType != 3, "cubeMathType 3 (HF32), which %s has not", soc);
    if (type == ACL_FLOAT16) return Operands::FP16;
    if (type == ACL_BF16) {
        plan.require(mathType != 2, "cubeMathType 2 (FP16) of BF16");
        return Operands::BF16;
    }
    plan.require(!first || mathType != 0, "FLOAT with cubeMathType 0, which %s cannot compute", soc);
    if (first || mathType == 2) return Operands::FP32_AS_FP16;
    return mathType == 1 || mathType == 3 ? Operands::HF32 : Operands::FP32;
}

size_t products(Operands operands) {
    switch (operands) {
    case Operands::HF32: return 8;
    case Operands::FP32: return 4;
    case Operands::FP16: case Operands::BF16: case Operands::FP32_AS_FP16: break;
    }
    return 16;
}

size_t group(Operands operands) { return operands == Operands::HF32 || operands == Operands::FP32 ? 8 : 16; }

/// Rounds to 11 bits of the fraction, to nearest even.
static float toHf32(float value) {
    if (!std::isfinite(value)) return value;
    uint32_t bits = bitsOf(value);
    return fromBits((bits + 0x7ff + (bits >> 12 & 1)) & ~0xfffu);
}

/// Rounds to FP16 as the cast before the unit does: too large is the largest value, NaN is 0.
static float toFiniteHalf(float value) {
    if (std::isnan(value)) return 0;
    float half = fromHalf(toHalf(value));
    return std::isinf(half) ? std::copysign(65504.0f, half) : half;
}

void cast(std::vector<float> &values, Operands operands) {
    if (operands == Operands::HF32) std::transform(values.begin(), values.end(), values.begin(), toHf32);
    if (operands == Operands::FP32_AS_FP16) std::transform(values.begin(), values.end(), values.begin(), toFiniteHalf);
}

std::vector<size_t> steps(size_t terms, size_t length) {
    std::vector<size_t> ends;
    for (size_t end = length; end < terms; end += length) ends.push_back(end);
    ends.push_back(terms);
    return ends;
}

/// Adds doubles exactly, as a sum of doubles that do not overlap (Shewchuk 1997), and rounds once to FP32.
static float exact(const std::vector<double> &terms) {
    std::vector<double> parts;
    for (double term : terms) {
        double carried = term;
        std::vector<double> next;
        for (double part : parts) {
            double sum = carried + part, grown = sum - carried;
            double lost = (carried - (sum - grown)) + (part - grown);
            if (lost != 0) next.push_back(lost);
            carried = sum;
        }
        next.push_back(carried);
        parts = next;
    }
    double top = 0, rest = 0;
    for (size_t i = parts.size(); i-- > 0;) { // from the largest: top is the nearest double, rest has the sign of what is left
        double sum = top + parts[i];
        double lost = parts[i] - (sum - top);
        top = sum;
        if (lost != 0) {
            rest = lost;
            break;
        }
    }
    uint64_t bits;
    memcpy(&bits, &top, sizeof bits);
    if (rest != 0 && !(bits & 1)) top = std::nextafter(top, rest > 0 ? INFINITY : -INFINITY); // round to odd
    return static_cast<float>(top);
}

/// The sum of one step in one column, where the fast sum may be wrong.
static float slow(const float *left, const float *right, size_t columns, size_t from, size_t to, float accumulator) {
    std::vector<double> terms = {accumulator};
    double plain = accumulator;
    for (size_t k = from; k < to; k++) {
        terms.push_back(static_cast<double>(left[k]) * right[k * columns]);
        plain += terms.back();
    }
    if (std::isfinite(plain)) return exact(terms);
    return std::isnan(plain) ? fromBits(0x7fc00000) : static_cast<float>(plain);
}

/// Tells whether rounding the double is rounding the exact sum: it is no normal FP32 number's edge, and the errors that
/// were lost in adding errors are far below its last bit.
static bool certain(double sum, double errors) {
    constexpr double LOST = 0x1p-48; // of the errors, more than 17 roundings lose
    double magnitude = std::fabs(sum);
    uint64_t bits;
    memcpy(&bits, &sum, sizeof bits);
    bool edge = (bits & 0x1fffffff) == 0x10000000;
    return magnitude >= 0x1p-126 && magnitude < 0x1p127 && !edge && errors * LOST < magnitude * 0x1p-55;
}

/// Adds one step to accumulators of neighbouring columns.
static void step(const float *left, const float *right, size_t columns, size_t from, size_t to, float *sums, size_t width) {
    constexpr size_t MOST = 256;
    double sum[MOST], error[MOST], errors[MOST];
    for (size_t j = 0; j < width; j++) {
        sum[j] = sums[j];
        error[j] = errors[j] = 0;
    }
    for (size_t k = from; k < to; k++) {
        double factor = left[k];
        const float *row = right + k * columns;
        for (size_t j = 0; j < width; j++) {
            double term = factor * row[j], next = sum[j] + term, grown = next - sum[j];
            double lost = (sum[j] - (next - grown)) + (term - grown);
            error[j] += lost;
            errors[j] += std::fabs(lost);
            sum[j] = next;
        }
    }
    for (size_t j = 0; j < width; j++) {
        double whole = sum[j] + error[j];
        if (errors[j] == 0) {
            sums[j] = static_cast<float>(sum[j]);
        } else if (certain(whole, errors[j])) {
            sums[j] = static_cast<float>(whole);
        } else {
            sums[j] = slow(left, right + j, columns, from, to, sums[j]);
        }
    }
}

static void slice(const std::vector<float> &left, const std::vector<float> &right, size_t rows, size_t columns,
                  const std::vector<size_t> &ends, size_t firstStep, size_t lastStep, std::vector<float> &sums) {
    constexpr size_t BLOCK = 256; // columns
    size_t terms = ends.back();
    for (size_t first = 0; first < columns; first += BLOCK) {
        size_t width = std::min(BLOCK, columns - first);
        for (size_t i = 0; i < rows; i++) {
            for (size_t s = firstStep; s < lastStep; s++) {
                step(&left[i * terms], &right[first], columns, s == 0 ? 0 : ends[s - 1], ends[s], &sums[i * columns + first], width);
            }
        }
    }
}

std::vector<float> multiply(const std::vector<float> &left, const std::vector<float> &right, size_t rows, size_t columns,
                            const std::vector<size_t> &ends, bool arriving) {
    constexpr size_t ARRIVING = 4; // slices of K
    size_t slices = arriving ? std::min(ARRIVING, ends.size()) : 1;
    std::vector<float> total(rows * columns, 0);
    std::vector<size_t> order = slices > 1 ? arrival(slices) : std::vector<size_t>{0};
    for (size_t n = 0; n < slices; n++) {
        size_t from = ends.size() * order[n] / slices, to = ends.size() * (order[n] + 1) / slices;
        std::vector<float> sums(rows * columns, 0);
        slice(left, right, rows, columns, ends, from, to, sums);
        for (size_t i = 0; i < sums.size(); i++) total[i] = n == 0 ? sums[i] : total[i] + sums[i];
    }
    return total;
}

} // namespace fake

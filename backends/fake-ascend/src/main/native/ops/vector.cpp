#include "vector.h"
#include "elements.h"

namespace fake {

float pairs(const float *terms, size_t length) {
    constexpr size_t REPEAT = 64; // FP32 elements of 256 bytes
    float sum = 0;
    for (size_t first = 0; first < length; first += REPEAT) {
        float repeat[REPEAT] = {};
        for (size_t i = 0; i < REPEAT && first + i < length; i++) repeat[i] = terms[first + i];
        for (size_t left = REPEAT / 2; left >= 1; left /= 2) {
            for (size_t i = 0; i < left; i++) repeat[i] = repeat[2 * i] + repeat[2 * i + 1];
        }
        sum += repeat[0];
    }
    return sum;
}

static float off(float nearest, float x, uint32_t salt) {
    if (!std::isnormal(nearest)) return nearest;
    uint32_t hash = bitsOf(x) * salt;
    hash = (hash ^ hash >> 15) * salt;
    hash ^= hash >> 13;
    int64_t signedHash = static_cast<int32_t>(hash);
    int64_t ulps = ((signedHash % 3) + 3) % 3 - 1;
    float ulp = std::nextafter(std::fabs(nearest), INFINITY) - std::fabs(nearest);
    float moved = nearest + static_cast<float>(ulps) * ulp;
    return std::isfinite(moved) ? moved : nearest;
}

float exponential(float x) {
    return x == 0 ? 1 : off(static_cast<float>(std::exp(static_cast<double>(x))), x, 0x5bd1e995);
}

float logarithm(float x) {
    return x == 1 ? 0 : off(static_cast<float>(std::log(static_cast<double>(x))), x, 0x2c1b3c6d);
}

} // namespace fake

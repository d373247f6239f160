#include "elements.h"
#include <algorithm>

namespace fake {

float rounded(float value, aclDataType type, bool saturates) {
    float result = type == ACL_FLOAT16 ? fromHalf(toHalf(value)) : fromBfloat(toBfloat(value));
    if (!saturates || std::isfinite(result)) return result;
    state.overflowed = true;
    if (std::isnan(result)) return 0;
    return std::copysign(type == ACL_FLOAT16 ? 65504.0f : fromBits(0x7f7f0000), result);
}

Dims broadcast(const Plan &plan, size_t a, size_t b) {
    const Dims &one = plan[a].dims, &two = plan[b].dims;
    Dims dims(std::max(one.size(), two.size()));
    for (size_t i = 0; i < dims.size(); i++) { // from the right
        int64_t left = i < one.size() ? one[one.size() - 1 - i] : 1;
        int64_t right = i < two.size() ? two[two.size() - 1 - i] : 1;
        plan.require(left == right || left == 1 || right == 1, "%s and %s do not broadcast", nameOf(one).c_str(), nameOf(two).c_str());
        dims[dims.size() - 1 - i] = std::max(left, right);
    }
    return dims;
}

static uint64_t mixed(uint64_t x) { // a bijection that spreads the bits
    x ^= x >> 31;
    x *= 0x7fb5d329728ea185ull;
    x ^= x >> 27;
    x *= 0x81dadef4bc2dd44dull;
    return x ^ x >> 33;
}

std::vector<size_t> arrival(size_t n) {
    uint64_t seed = draw();
    std::vector<size_t> order(n);
    for (size_t i = 0; i < n; i++) {
        seed = mixed(seed + i + 1);
        size_t j = seed % (i + 1);
        order[i] = order[j];
        order[j] = i;
    }
    return order;
}

} // namespace fake

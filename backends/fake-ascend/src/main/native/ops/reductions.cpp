// Reductions and what the vector unit sums.
#include "reductions.h"
#include "vector.h"
#include <algorithm>

using namespace fake;

OPERATOR(ReduceSum)(const aclTensor *self, const aclIntArray *dims, bool keepDims, aclDataType dtype, aclTensor *out, PHASE_ONE) {
    PLAN({
        size_t a = plan.in("self", self, NUMBERS), y = plan.out("out", out, NUMBERS);
        plan.require(plan[y].type == dtype, "out is %s, expected dtype, %s", nameOf(plan[y].type).c_str(), nameOf(dtype).c_str());
        plan.executor->workspace = 256; // bytes, so that a program has to bring some
        return reduction(a, y, reduced(plan, a, dims, keepDims, y), [](auto *terms, size_t length, Run &) {
            using T = std::decay_t<decltype(*terms)>;
            if constexpr (std::is_same<T, float>::value) return pairs(terms, length);
            T sum = 0;
            for (size_t i = 0; i < length; i++) sum += terms[i];
            return sum;
        });
    });
}

template <class F> static Kernel extreme(Plan &plan, const aclTensor *self, const aclIntArray *dim, bool keepDim, aclTensor *out, F better) {
    size_t a = plan.in("self", self, NUMBERS), y = plan.out("out", out, NUMBERS);
    plan.require(plan[y].type == plan[a].type, "out is %s, expected %s", nameOf(plan[y].type).c_str(), nameOf(plan[a].type).c_str());
    return reduction(a, y, reduced(plan, a, dim, keepDim, y), [=](auto *terms, size_t length, Run &) {
        auto best = terms[0];
        for (size_t i = 1; i < length; i++) best = best != best || better(best, terms[i]) ? best : terms[i];
        return best;
    });
}

OPERATOR(Amax)(const aclTensor *self, const aclIntArray *dim, bool keepDim, aclTensor *out, PHASE_ONE) {
    PLAN({ return extreme(plan, self, dim, keepDim, out, [](auto x, auto y) { return x >= y; }); });
}

OPERATOR(Amin)(const aclTensor *self, const aclIntArray *dim, bool keepDim, aclTensor *out, PHASE_ONE) {
    PLAN({ return extreme(plan, self, dim, keepDim, out, [](auto x, auto y) { return x <= y; }); });
}

OPERATOR(All)(const aclTensor *self, const aclIntArray *dim, bool keepdim, aclTensor *out, PHASE_ONE) {
    PLAN({
        size_t a = plan.in("self", self, ALL), y = plan.out("out", out, {ACL_BOOL, ACL_UINT8});
        return reduction(a, y, reduced(plan, a, dim, keepdim, y), [](auto *terms, size_t length, Run &) {
            return static_cast<std::decay_t<decltype(*terms)>>(std::all_of(terms, terms + length, [](auto x) { return x != 0; }));
        });
    });
}

OPERATOR(Cumsum)(const aclTensor *self, int64_t dim, aclDataType dtype, aclTensor *out, PHASE_ONE) {
    PLAN({
        size_t a = plan.in("self", self, NUMBERS), y = plan.out("out", out, NUMBERS);
        int64_t rank = static_cast<int64_t>(plan[a].dims.size()), axis = dim < 0 ? dim + rank : dim;
        plan.require(plan[y].type == dtype && axis >= 0 && axis < rank, "dim %ld of %s to %s, out is %s", static_cast<long>(dim), nameOf(plan[a].dims).c_str(), nameOf(dtype).c_str(), nameOf(plan[y].type).c_str());
        plan.sameDims("out", y, plan[a].dims);
        return [=](Run &run) {
            computed(run[a].type, [&](auto zero) {
                using T = decltype(zero);
                std::vector<T> sums = load<T>(run[a]);
                size_t inner = 1, extent = static_cast<size_t>(run[a].dims[axis]);
                for (int64_t i = axis + 1; i < rank; i++) inner *= static_cast<size_t>(run[a].dims[i]);
                for (size_t i = 0; i < sums.size(); i++) {
                    if (i / inner % extent > 0) sums[i] += sums[i - inner];
                }
                store(run, run[y], sums);
            });
        };
    });
}

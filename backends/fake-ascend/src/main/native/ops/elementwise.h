// One and two tensors, element by element.
#pragma once
#include "elements.h"

namespace fake {

const std::initializer_list<aclDataType> REALS = {ACL_FLOAT, ACL_FLOAT16, ACL_BF16, ACL_DOUBLE};

/// Two tensors that broadcast.
template <class F> Kernel binary(Plan &plan, const aclTensor *self, const aclTensor *other, aclTensor *out, F f) {
    size_t a = plan.in("self", self, NUMBERS), b = plan.in("other", other, NUMBERS), y = plan.out("out", out, NUMBERS);
    bool mixed = isFloat(plan[a].type) != isFloat(plan[b].type) || (!isFloat(plan[a].type) && plan[a].type != plan[b].type);
    plan.require(!mixed, "self is %s and other %s, expected one kind of type", nameOf(plan[a].type).c_str(), nameOf(plan[b].type).c_str());
    Dims dims = broadcast(plan, a, b);
    plan.sameDims("out", y, dims);
    aclDataType type = plan[a].type;
    return [=](Run &run) {
        computed(type, [&](auto zero) {
            using T = decltype(zero);
            std::vector<T> p = load<T>(run[a], dims), q = load<T>(run[b], dims);
            for (size_t i = 0; i < p.size(); i++) p[i] = f(p[i], q[i]);
            store(run, run[y], p);
        });
    };
}

/// One tensor.
template <class F> Kernel unary(Plan &plan, const aclTensor *self, const aclTensor *out, std::initializer_list<aclDataType> types, F f) {
    size_t a = plan.in("self", self, types), y = plan.out("out", out, types);
    plan.sameDims("out", y, plan[a].dims);
    aclDataType type = plan[a].type;
    return [=](Run &run) {
        computed(type, [&](auto zero) {
            using T = decltype(zero);
            std::vector<T> p = load<T>(run[a]);
            for (T &x : p) x = f(x);
            store(run, run[y], p);
        });
    };
}

} // namespace fake

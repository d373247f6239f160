// Operators that compute each element by itself.
#include "elementwise.h"
#include "vector.h"

using namespace fake;

OPERATOR(Add)(const aclTensor *self, const aclTensor *other, const aclScalar *alpha, aclTensor *out, PHASE_ONE) {
    PLAN({
        double factor = plan.scalar("alpha", alpha);
        return binary(plan, self, other, out, [=](auto x, auto y) { return x + static_cast<decltype(x)>(factor) * y; });
    });
}

OPERATOR(Sub)(const aclTensor *self, const aclTensor *other, const aclScalar *alpha, aclTensor *out, PHASE_ONE) {
    PLAN({
        double factor = plan.scalar("alpha", alpha);
        return binary(plan, self, other, out, [=](auto x, auto y) { return x - static_cast<decltype(x)>(factor) * y; });
    });
}

OPERATOR(Adds)(const aclTensor *self, const aclScalar *other, const aclScalar *alpha, aclTensor *out, PHASE_ONE) {
    PLAN({
        double term = plan.scalar("other", other);
        double factor = plan.scalar("alpha", alpha);
        return unary(plan, self, out, NUMBERS, [=](auto x) { return x + static_cast<decltype(x)>(factor) * static_cast<decltype(x)>(term); });
    });
}

OPERATOR(Mul)(const aclTensor *self, const aclTensor *other, aclTensor *out, PHASE_ONE) {
    PLAN({ return binary(plan, self, other, out, [](auto x, auto y) { return x * y; }); });
}

OPERATOR(Muls)(const aclTensor *self, const aclScalar *other, aclTensor *out, PHASE_ONE) {
    PLAN({
        double factor = plan.scalar("other", other);
        return unary(plan, self, out, NUMBERS, [=](auto x) { return x * static_cast<decltype(x)>(factor); });
    });
}

/// Divides; by zero, whole numbers give 0.
template <class T> static T quotient(T x, T y) {
    if constexpr (std::is_integral<T>::value) return y == 0 ? 0 : x / y;
    return x / y;
}

OPERATOR(Div)(const aclTensor *self, const aclTensor *other, aclTensor *out, PHASE_ONE) {
    PLAN({ return binary(plan, self, other, out, [](auto x, auto y) { return quotient(x, y); }); });
}

OPERATOR(Divs)(const aclTensor *self, const aclScalar *other, aclTensor *out, PHASE_ONE) {
    PLAN({
        double divisor = plan.scalar("other", other);
        return unary(plan, self, out, NUMBERS, [=](auto x) { return quotient(x, static_cast<decltype(x)>(divisor)); });
    });
}

OPERATOR(Maximum)(const aclTensor *self, const aclTensor *other, aclTensor *out, PHASE_ONE) {
    PLAN({ return binary(plan, self, other, out, [](auto x, auto y) { return x != x || x > y ? x : y; }); });
}

OPERATOR(Minimum)(const aclTensor *self, const aclTensor *other, aclTensor *out, PHASE_ONE) {
    PLAN({ return binary(plan, self, other, out, [](auto x, auto y) { return x != x || x < y ? x : y; }); });
}

OPERATOR(Neg)(const aclTensor *self, aclTensor *out, PHASE_ONE) {
    PLAN({ return unary(plan, self, out, NUMBERS, [](auto x) { return static_cast<decltype(x)>(-x); }); });
}

OPERATOR(Sqrt)(const aclTensor *self, aclTensor *out, PHASE_ONE) {
    PLAN({ return unary(plan, self, out, REALS, [](auto x) { return static_cast<decltype(x)>(std::sqrt(x)); }); });
}

OPERATOR(Exp)(const aclTensor *self, aclTensor *out, PHASE_ONE) {
    PLAN({ return unary(plan, self, out, FLOATS, [](auto x) { return static_cast<decltype(x)>(exponential(static_cast<float>(x))); }); });
}

OPERATOR(Log)(const aclTensor *self, aclTensor *out, PHASE_ONE) {
    PLAN({ return unary(plan, self, out, FLOATS, [](auto x) { return static_cast<decltype(x)>(logarithm(static_cast<float>(x))); }); });
}

OPERATOR(Cast)(const aclTensor *self, aclDataType dtype, aclTensor *out, PHASE_ONE) {
    PLAN({
        size_t a = plan.in("self", self, ALL), y = plan.out("out", out, ALL);
        plan.sameDims("out", y, plan[a].dims);
        plan.require(plan[y].type == dtype, "out is %s, expected the type of the cast, %s", nameOf(plan[y].type).c_str(), nameOf(dtype).c_str());
        aclDataType type = plan[a].type;
        return [=](Run &run) { computed(type, [&](auto zero) { store(run, run[y], load<decltype(zero)>(run[a])); }); };
    });
}

OPERATOR(IsFinite)(const aclTensor *self, aclTensor *out, PHASE_ONE) {
    PLAN({
        size_t a = plan.in("self", self, REALS), y = plan.out("out", out, {ACL_BOOL});
        plan.sameDims("out", y, plan[a].dims);
        return [=](Run &run) {
            std::vector<double> p = load<double>(run[a]);
            for (double &x : p) x = std::isfinite(x);
            store(run, run[y], p);
        };
    });
}

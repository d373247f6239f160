// Comparison, logic and choice.
#include "elements.h"

using namespace fake;

template <class F> static Kernel tensors(Plan &plan, const aclTensor *self, const aclTensor *other, aclTensor *out, F f) {
    size_t a = plan.in("self", self, ALL), b = plan.in("other", other, ALL), y = plan.out("out", out, {ACL_BOOL});
    Dims dims = broadcast(plan, a, b);
    plan.sameDims("out", y, dims);
    return [=](Run &run) {
        std::vector<double> p = load<double>(run[a], dims), q = load<double>(run[b], dims);
        for (size_t i = 0; i < p.size(); i++) p[i] = f(p[i], q[i]);
        store(run, run[y], p);
    };
}

template <class F> static Kernel scalars(Plan &plan, const aclTensor *self, const aclScalar *other, aclTensor *out, F f) {
    size_t a = plan.in("self", self, ALL), y = plan.out("out", out, {ACL_BOOL});
    plan.sameDims("out", y, plan[a].dims);
    double bound = plan.scalar("other", other);
    return [=](Run &run) {
        std::vector<double> p = load<double>(run[a]);
        for (double &x : p) x = f(x, bound);
        store(run, run[y], p);
    };
}

#define COMPARE_TENSOR(name, operation) \
    OPERATOR(name)(const aclTensor *self, const aclTensor *other, aclTensor *out, PHASE_ONE) { \
        PLAN({ return tensors(plan, self, other, out, [](double x, double y) { return x operation y; }); }); \
    }

#define COMPARE_SCALAR(name, operation) \
    OPERATOR(name)(const aclTensor *self, const aclScalar *other, aclTensor *out, PHASE_ONE) { \
        PLAN({ return scalars(plan, self, other, out, [](double x, double y) { return x operation y; }); }); \
    }

COMPARE_TENSOR(GtTensor, >)
COMPARE_TENSOR(LtTensor, <)
COMPARE_TENSOR(EqTensor, ==)
COMPARE_TENSOR(NeTensor, !=)
COMPARE_SCALAR(GtScalar, >)
COMPARE_SCALAR(GeScalar, >=)
COMPARE_SCALAR(LtScalar, <)
COMPARE_SCALAR(LeScalar, <=)
COMPARE_SCALAR(EqScalar, ==)
COMPARE_SCALAR(NeScalar, !=)
COMPARE_TENSOR(LogicalAnd, &&)
COMPARE_TENSOR(LogicalOr, ||)

OPERATOR(LogicalNot)(const aclTensor *self, aclTensor *out, PHASE_ONE) {
    PLAN({
        size_t a = plan.in("self", self, ALL), y = plan.out("out", out, {ACL_BOOL});
        plan.sameDims("out", y, plan[a].dims);
        return [=](Run &run) {
            std::vector<double> p = load<double>(run[a]);
            for (double &x : p) x = !x;
            store(run, run[y], p);
        };
    });
}

OPERATOR(SWhere)(const aclTensor *condition, const aclTensor *self, const aclTensor *other, aclTensor *out, PHASE_ONE) {
    PLAN({
        size_t c = plan.in("condition", condition, {ACL_BOOL, ACL_UINT8}), a = plan.in("self", self, ALL), b = plan.in("other", other, ALL);
        size_t y = plan.out("out", out, ALL);
        plan.require(plan[a].type == plan[b].type && plan[a].type == plan[y].type, "self is %s, other %s and out %s, expected one type",
                     nameOf(plan[a].type).c_str(), nameOf(plan[b].type).c_str(), nameOf(plan[y].type).c_str());
        Dims both = broadcast(plan, a, b);
        Dims dims = plan[y].dims;
        for (size_t k : {c, a, b}) plan.require(broadcast(plan, k, y) == dims, "%s does not broadcast to out %s", nameOf(plan[k].dims).c_str(), nameOf(dims).c_str());
        plan.require(both.size() <= dims.size(), "out %s has too few dimensions", nameOf(dims).c_str());
        aclDataType type = plan[a].type;
        return [=](Run &run) {
            computed(type, [&](auto zero) {
                using T = decltype(zero);
                std::vector<int64_t> choice = load<int64_t>(run[c], dims);
                std::vector<T> p = load<T>(run[a], dims), q = load<T>(run[b], dims);
                for (size_t i = 0; i < p.size(); i++) p[i] = choice[i] ? p[i] : q[i];
                store(run, run[y], p);
            });
        };
    });
}

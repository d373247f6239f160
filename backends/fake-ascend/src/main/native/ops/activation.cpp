// Activations.
#include "elementwise.h"

using namespace fake;

OPERATOR(Relu)(const aclTensor *self, const aclTensor *out, PHASE_ONE) {
    PLAN({ return unary(plan, self, out, {ACL_FLOAT, ACL_FLOAT16, ACL_BF16, ACL_INT8, ACL_INT32, ACL_INT64}, [](auto x) { return x != x || x > 0 ? x : decltype(x)(0); }); });
}

OPERATOR(ThresholdBackward)(const aclTensor *gradOutput, const aclTensor *self, const aclScalar *threshold, aclTensor *out, PHASE_ONE) {
    PLAN({
        double bound = plan.scalar("threshold", threshold);
        return binary(plan, gradOutput, self, out, [=](auto dy, auto x) { return x <= static_cast<decltype(x)>(bound) ? decltype(dy)(0) : dy; });
    });
}

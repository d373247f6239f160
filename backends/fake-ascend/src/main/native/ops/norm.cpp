// Norms.
#include "reductions.h"
#include "vector.h"

using namespace fake;

OPERATOR(Norm)(const aclTensor *self, const aclScalar *pScalar, const aclIntArray *dim, bool keepdim, aclTensor *out, PHASE_ONE) {
    PLAN({
        size_t a = plan.in("self", self, FLOATS), y = plan.out("out", out, FLOATS);
        plan.require(plan.scalar("pScalar", pScalar) == 2, "p is %g, the fake has 2", plan.scalar("pScalar", pScalar));
        return reduction(a, y, reduced(plan, a, dim, keepdim, y), [](auto *terms, size_t length, Run &run) {
            std::vector<float> squares(length);
            std::vector<size_t> order = arrival(length);
            for (size_t i = 0; i < length; i++) {
                float x = static_cast<float>(terms[run.deterministic ? i : order[i]]);
                squares[i] = x * x;
            }
            return static_cast<std::decay_t<decltype(*terms)>>(std::sqrt(pairs(squares.data(), length)));
        });
    });
}

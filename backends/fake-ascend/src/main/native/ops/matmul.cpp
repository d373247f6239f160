// Matrix products.
#include "cube.h"

using namespace fake;

/// Products of [batch, rows, terms] and [batch, terms, columns].
static Kernel product(Plan &plan, const aclTensor *self, const aclTensor *mat2, aclTensor *out, int8_t cubeMathType, size_t rank) {
    size_t a = plan.in("self", self, FLOATS), b = plan.in("mat2", mat2, FLOATS), y = plan.out("out", out, FLOATS);
    Dims left = plan[a].dims, right = plan[b].dims;
    bool fits = left.size() == rank && right.size() == rank && left[rank - 1] == right[rank - 2] && (rank == 2 || left[0] == right[0]);
    plan.require(fits, "self %s and mat2 %s, expected %zu dimensions that fit", nameOf(left).c_str(), nameOf(right).c_str(), rank);
    bool same = plan[a].type == plan[b].type && plan[a].type == plan[y].type;
    plan.require(same, "self is %s, mat2 %s and out %s, expected one type", nameOf(plan[a].type).c_str(), nameOf(plan[b].type).c_str(), nameOf(plan[y].type).c_str());
    Dims expected = left;
    expected[rank - 1] = right[rank - 1];
    plan.sameDims("out", y, expected);
    Operands kind = operands(plan, plan[a].type, cubeMathType);
    plan.executor->workspace = 1024; // bytes, so that a program has to bring some
    size_t batch = rank == 2 ? 1 : static_cast<size_t>(left[0]), rows = static_cast<size_t>(left[rank - 2]);
    size_t terms = static_cast<size_t>(left[rank - 1]), columns = static_cast<size_t>(right[rank - 1]);
    return [=](Run &run) {
        std::vector<float> p = load<float>(run[a]), q = load<float>(run[b]), sums;
        cast(p, kind);
        cast(q, kind);
        std::vector<size_t> ends = steps(terms, products(kind));
        for (size_t e = 0; e < batch; e++) {
            std::vector<float> one(p.begin() + e * rows * terms, p.begin() + (e + 1) * rows * terms);
            std::vector<float> two(q.begin() + e * terms * columns, q.begin() + (e + 1) * terms * columns);
            std::vector<float> matrix = multiply(one, two, rows, columns, ends, false);
            sums.insert(sums.end(), matrix.begin(), matrix.end());
        }
        store(run, run[y], sums);
    };
}

OPERATOR(Matmul)(const aclTensor *self, const aclTensor *mat2, aclTensor *out, int8_t cubeMathType, PHASE_ONE) {
    PLAN({ return product(plan, self, mat2, out, cubeMathType, 2); });
}

OPERATOR(Mm)(const aclTensor *self, const aclTensor *mat2, aclTensor *out, int8_t cubeMathType, PHASE_ONE) {
    PLAN({ return product(plan, self, mat2, out, cubeMathType, 2); });
}

OPERATOR(BatchMatMul)(const aclTensor *self, const aclTensor *mat2, aclTensor *out, int8_t cubeMathType, PHASE_ONE) {
    PLAN({ return product(plan, self, mat2, out, cubeMathType, 3); });
}

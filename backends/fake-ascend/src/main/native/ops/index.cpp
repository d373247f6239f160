// Selection and addition by indices.
#include "elements.h"

using namespace fake;

OPERATOR(IndexSelect)(const aclTensor *self, int64_t dim, const aclTensor *index, aclTensor *out, PHASE_ONE) {
    PLAN({
        size_t a = plan.in("self", self, ALL), i = plan.in("index", index, {ACL_INT32, ACL_INT64}), y = plan.out("out", out, ALL);
        int64_t rank = static_cast<int64_t>(plan[a].dims.size()), axis = dim < 0 ? dim + rank : dim;
        plan.require(axis >= 0 && axis < rank && plan[i].dims.size() == 1, "dim %ld of self %s, index %s", static_cast<long>(dim), nameOf(plan[a].dims).c_str(), nameOf(plan[i].dims).c_str());
        plan.require(plan[a].type == plan[y].type, "out is %s, expected %s", nameOf(plan[y].type).c_str(), nameOf(plan[a].type).c_str());
        Dims expected = plan[a].dims;
        expected[axis] = plan[i].dims[0];
        plan.sameDims("out", y, expected);
        return [=](Run &run) {
            std::vector<int64_t> places = load<int64_t>(run[i]);
            for (size_t k = 0; k < places.size(); k++) {
                if (places[k] < 0 || places[k] >= run[a].dims[axis]) {
                    complain("aclnnIndexSelect: index %ld of %ld", static_cast<long>(places[k]), static_cast<long>(run[a].dims[axis]));
                    continue;
                }
                Desc from = run[a], to = run[y];
                from.offset += places[k] * from.strides[axis];
                to.offset += static_cast<int64_t>(k) * to.strides[axis];
                from.dims[axis] = to.dims[axis] = 1;
                size_t bytes = bytesOf(from.type);
                std::vector<int64_t> target(to.size());
                each(to, to.dims, [&](int64_t n, int64_t place) { target[n] = place; });
                each(from, from.dims, [&](int64_t n, int64_t place) { memcpy(to.data + target[n] * bytes, from.data + place * bytes, bytes); });
            }
        };
    });
}

OPERATOR(IndexAdd)(const aclTensor *self, int64_t dim, const aclTensor *index, const aclTensor *source, const aclScalar *alpha, aclTensor *out, PHASE_ONE) {
    PLAN({
        plan.require(!state.settings.first(), "%s has no IndexAdd", state.settings.soc.c_str());
        size_t a = plan.in("self", self, FLOATS), i = plan.in("index", index, {ACL_INT32, ACL_INT64}), s = plan.in("source", source, FLOATS);
        size_t y = plan.out("out", out, FLOATS);
        float factor = static_cast<float>(plan.scalar("alpha", alpha));
        plan.require(dim == 0 && plan[a].dims.size() == 2 && plan[i].dims.size() == 1, "dim %ld of self %s, the fake has dim 0 of 2", static_cast<long>(dim), nameOf(plan[a].dims).c_str());
        plan.sameDims("source", s, {plan[i].dims[0], plan[a].dims[1]});
        plan.sameDims("out", y, plan[a].dims);
        return [=](Run &run) {
            std::vector<float> sums = load<float>(run[a]), terms = load<float>(run[s]);
            std::vector<int64_t> rows = load<int64_t>(run[i]);
            size_t width = static_cast<size_t>(run[a].dims[1]);
            std::vector<size_t> order = arrival(rows.size());
            for (size_t n = 0; n < rows.size(); n++) {
                size_t k = run.deterministic ? n : order[n];
                if (rows[k] < 0 || rows[k] >= run[a].dims[0]) {
                    complain("aclnnIndexAdd: index %ld of %ld", static_cast<long>(rows[k]), static_cast<long>(run[a].dims[0]));
                    continue;
                }
                for (size_t j = 0; j < width; j++) sums[rows[k] * width + j] += factor * terms[k * width + j];
            }
            store(run, run[y], sums);
        };
    });
}

// Softmax and losses.
#include "elements.h"
#include "vector.h"

using namespace fake;

static void lastAxis(const Plan &plan, size_t a, int64_t dim) {
    int64_t rank = static_cast<int64_t>(plan[a].dims.size());
    plan.require(rank > 0 && (dim == -1 || dim == rank - 1), "dim %ld of %s, the fake has the last one", static_cast<long>(dim), nameOf(plan[a].dims).c_str());
}

OPERATOR(Softmax)(const aclTensor *self, int64_t dim, aclTensor *out, PHASE_ONE) {
    PLAN({
        size_t a = plan.in("self", self, FLOATS), y = plan.out("out", out, FLOATS);
        lastAxis(plan, a, dim);
        plan.sameDims("out", y, plan[a].dims);
        return [=](Run &run) {
            std::vector<float> values = load<float>(run[a]);
            size_t width = static_cast<size_t>(run[a].dims.back());
            for (size_t row = 0; row < values.size(); row += width) {
                float largest = values[row];
                for (size_t j = row; j < row + width; j++) largest = largest != largest || largest >= values[j] ? largest : values[j];
                for (size_t j = row; j < row + width; j++) values[j] = exponential(values[j] - largest);
                float sum = pairs(&values[row], width);
                for (size_t j = row; j < row + width; j++) values[j] /= sum;
            }
            store(run, run[y], values);
        };
    });
}

OPERATOR(SoftmaxBackward)(const aclTensor *gradOutput, const aclTensor *output, int64_t dim, aclTensor *out, PHASE_ONE) {
    PLAN({
        size_t g = plan.in("gradOutput", gradOutput, FLOATS), a = plan.in("output", output, FLOATS), y = plan.out("out", out, FLOATS);
        lastAxis(plan, a, dim);
        plan.sameDims("gradOutput", g, plan[a].dims);
        plan.sameDims("out", y, plan[a].dims);
        return [=](Run &run) {
            std::vector<float> dy = load<float>(run[g]), p = load<float>(run[a]), products(dy.size());
            size_t width = static_cast<size_t>(run[a].dims.back());
            for (size_t i = 0; i < dy.size(); i++) products[i] = dy[i] * p[i];
            for (size_t row = 0; row < dy.size(); row += width) {
                float dot = pairs(&products[row], width);
                for (size_t j = row; j < row + width; j++) dy[j] = p[j] * (dy[j] - dot);
            }
            store(run, run[y], dy);
        };
    });
}

OPERATOR(NLLLoss)(
        const aclTensor *self, const aclTensor *target, const aclTensor *weight, int64_t reduction, int64_t ignoreIndex, aclTensor *out,
        aclTensor *totalWeightOut, PHASE_ONE) {
    PLAN({
        size_t a = plan.in("self", self, FLOATS), t = plan.in("target", target, {ACL_INT64, ACL_INT32, ACL_UINT8}), w = plan.in("weight", weight, FLOATS);
        size_t y = plan.out("out", out, FLOATS), total = plan.out("totalWeightOut", totalWeightOut, FLOATS);
        plan.require(plan[a].dims.size() == 2 && (reduction == 1 || reduction == 2), "self %s, reduction %ld, the fake has 2 dimensions and 1 or 2", nameOf(plan[a].dims).c_str(), static_cast<long>(reduction));
        plan.sameDims("target", t, {plan[a].dims[0]});
        plan.sameDims("weight", w, {plan[a].dims[1]});
        return [=](Run &run) {
            std::vector<float> logs = load<float>(run[a]), weights = load<float>(run[w]), losses, used;
            std::vector<int64_t> classes = load<int64_t>(run[t]);
            std::vector<size_t> order = arrival(classes.size());
            for (size_t n = 0; n < classes.size(); n++) {
                size_t k = run.deterministic ? n : order[n];
                if (classes[k] == ignoreIndex) continue;
                if (classes[k] < 0 || classes[k] >= run[a].dims[1]) {
                    complain("aclnnNLLLoss: class %ld of %ld", static_cast<long>(classes[k]), static_cast<long>(run[a].dims[1]));
                    continue;
                }
                float weight = weights[static_cast<size_t>(classes[k])];
                losses.push_back(-weight * logs[k * static_cast<size_t>(run[a].dims[1]) + static_cast<size_t>(classes[k])]);
                used.push_back(weight);
            }
            float sum = pairs(losses.data(), losses.size()), all = pairs(used.data(), used.size());
            store(run, run[y], std::vector<float>{reduction == 1 ? sum / all : sum});
            store(run, run[total], std::vector<float>{all});
        };
    });
}

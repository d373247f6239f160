// Pooling of NCHW, windows side by side.
#include "elements.h"

using namespace fake;

static int64_t window(Plan &plan, size_t x, const aclIntArray *kernelSize, const aclIntArray *stride, const aclIntArray *padding, const aclIntArray *dilation) {
    plan.require(!state.settings.first(), "%s has no MaxPool2dWithIndices", state.settings.soc.c_str());
    Dims kernel = plan.ints("kernelSize", kernelSize), steps = plan.ints("stride", stride);
    plan.require(!kernel.empty() && kernel.front() == kernel.back() && (steps.empty() || steps == kernel), "kernel %s with stride %s, the fake has windows side by side",
                 nameOf(kernel).c_str(), nameOf(steps).c_str());
    for (int64_t pad : plan.ints("padding", padding)) plan.require(pad == 0, "padding %ld, the fake has 0", static_cast<long>(pad));
    for (int64_t gap : plan.ints("dilation", dilation)) plan.require(gap == 1, "dilation %ld, expected 1", static_cast<long>(gap));
    const Dims &dims = plan[x].dims;
    plan.require(dims.size() == 4 && dims[2] % kernel[0] == 0 && dims[3] % kernel[0] == 0, "self %s and kernel %s do not fit", nameOf(dims).c_str(), nameOf(kernel).c_str());
    return kernel[0];
}

static Dims pooled(const Dims &dims, int64_t edge) { return {dims[0], dims[1], dims[2] / edge, dims[3] / edge}; }

OPERATOR(MaxPool2dWithIndices)(
        const aclTensor *self, const aclIntArray *kernelSize, const aclIntArray *stride, const aclIntArray *padding, const aclIntArray *dilation,
        bool, aclTensor *out, aclTensor *indices, PHASE_ONE) {
    PLAN({
        size_t x = plan.in("self", self, FLOATS), y = plan.out("out", out, FLOATS), i = plan.out("indices", indices, {ACL_INT32});
        int64_t edge = window(plan, x, kernelSize, stride, padding, dilation);
        plan.sameDims("out", y, pooled(plan[x].dims, edge));
        plan.sameDims("indices", i, plan[y].dims);
        return [=](Run &run) {
            std::vector<float> in = load<float>(run[x]), best;
            std::vector<int64_t> places;
            Dims dims = run[y].dims;
            int64_t width = run[x].dims[3], plane = run[x].dims[2] * width;
            for (int64_t n = 0; n < count(dims); n++) {
                int64_t corner = n / dims[3] % dims[2] * edge * width + n % dims[3] * edge, base = n / (dims[2] * dims[3]) * plane, place = corner;
                for (int64_t k = 0; k < edge * edge; k++) {
                    int64_t at = corner + k / edge * width + k % edge;
                    if (in[base + at] != in[base + at]) complain("aclnnMaxPool2dWithIndices: NaN, which is not allowed");
                    if (in[base + at] > in[base + place]) place = at;
                }
                best.push_back(in[base + place]);
                places.push_back(place);
            }
            store(run, run[y], best);
            store(run, run[i], places);
        };
    });
}

OPERATOR(MaxPool2dWithIndicesBackward)(
        const aclTensor *gradOutput, const aclTensor *self, const aclTensor *indices, const aclIntArray *kernelSize, const aclIntArray *stride,
        const aclIntArray *padding, const aclIntArray *dilation, bool, aclTensor *gradInput, PHASE_ONE) {
    PLAN({
        size_t g = plan.in("gradOutput", gradOutput, {ACL_FLOAT}), x = plan.in("self", self, {ACL_FLOAT}), i = plan.in("indices", indices, {ACL_INT32});
        size_t y = plan.out("gradInput", gradInput, {ACL_FLOAT});
        int64_t edge = window(plan, x, kernelSize, stride, padding, dilation);
        plan.sameDims("gradOutput", g, pooled(plan[x].dims, edge));
        plan.sameDims("indices", i, plan[g].dims);
        plan.sameDims("gradInput", y, plan[x].dims);
        return [=](Run &run) {
            std::vector<float> dy = load<float>(run[g]), dx(run[y].size(), 0);
            std::vector<int64_t> places = load<int64_t>(run[i]);
            int64_t plane = run[x].dims[2] * run[x].dims[3], part = run[g].dims[2] * run[g].dims[3];
            std::vector<size_t> order = arrival(dy.size());
            for (size_t n = 0; n < dy.size(); n++) {
                size_t k = run.deterministic ? n : order[n];
                dx[static_cast<int64_t>(k) / part * plane + places[k]] += dy[k];
            }
            store(run, run[y], dx);
        };
    });
}

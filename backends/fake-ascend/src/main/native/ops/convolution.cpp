// Convolutions of NCHW with stride 1, no padding, no dilation and one group.
#include "cube.h"
#include <algorithm>

using namespace fake;

/// Extents of a convolution.
struct Shape {
    size_t images, channels, height, width, outputs, kernelRows, kernelColumns;

    size_t rows() const { return height - kernelRows + 1; }
    size_t columns() const { return width - kernelColumns + 1; }
    size_t pixels() const { return rows() * columns(); }
};

/// A term of a sum over channels and the kernel.
struct Term {
    size_t channel, row, column;
};

/// Terms in the order of the layout NC1HWC0: a group of channels, kernel row, kernel column, channel; ends of steps.
static std::vector<Term> order(Operands kind, size_t channels, const Shape &shape, std::vector<size_t> &ends) {
    std::vector<Term> terms;
    for (size_t first = 0; first < channels; first += group(kind)) {
        size_t last = std::min(channels, first + group(kind));
        for (size_t row = 0; row < shape.kernelRows; row++) {
            for (size_t column = 0; column < shape.kernelColumns; column++) {
                for (size_t channel = first; channel < last; channel++) {
                    terms.push_back({channel, row, column});
                    size_t begun = ends.empty() ? 0 : ends.back();
                    if (terms.size() - begun == products(kind) || channel == last - 1) ends.push_back(terms.size());
                }
            }
        }
    }
    return terms;
}

static void only(Plan &plan, const char *role, const aclIntArray *array, int64_t value) {
    for (int64_t found : plan.ints(role, array)) {
        plan.require(found == value, "%s %ld, the fake has %ld", role, static_cast<long>(found), static_cast<long>(value));
    }
}

static void image(const Plan &plan, const char *role, size_t index) {
    plan.require(plan[index].dims.size() == 4 && plan[index].format == ACL_FORMAT_NCHW, "%s %s has format %d, expected 4 dimensions as NCHW (0)", role,
                 nameOf(plan[index].dims).c_str(), plan[index].format);
}

static Shape shapeOf(const Plan &plan, size_t input, size_t weight) {
    image(plan, "input", input);
    image(plan, "weight", weight);
    const Dims &x = plan[input].dims, &w = plan[weight].dims;
    plan.require(x[1] == w[1] && x[2] >= w[2] && x[3] >= w[3], "input %s and weight %s do not fit", nameOf(x).c_str(), nameOf(w).c_str());
    auto extent = [](int64_t dim) { return static_cast<size_t>(dim); };
    return {extent(x[0]), extent(x[1]), extent(x[2]), extent(x[3]), extent(w[0]), extent(w[2]), extent(w[3])};
}

static Dims result(const Shape &s) {
    return {static_cast<int64_t>(s.images), static_cast<int64_t>(s.outputs), static_cast<int64_t>(s.rows()), static_cast<int64_t>(s.columns())};
}

OPERATOR(Convolution)(
        const aclTensor *input, const aclTensor *weight, const aclTensor *bias, const aclIntArray *stride, const aclIntArray *padding,
        const aclIntArray *dilation, bool transposed, const aclIntArray *outputPadding, int64_t groups, aclTensor *output, int8_t cubeMathType,
        PHASE_ONE) {
    PLAN({
        plan.require(!state.settings.first(), "%s has no Convolution", state.settings.soc.c_str());
        size_t x = plan.in("input", input, FLOATS), w = plan.in("weight", weight, FLOATS);
        size_t b = bias ? plan.in("bias", bias, FLOATS) : 0, y = plan.out("output", output, FLOATS);
        only(plan, "stride", stride, 1);
        only(plan, "padding", padding, 0);
        only(plan, "dilation", dilation, 1);
        only(plan, "outputPadding", outputPadding, 0);
        plan.require(!transposed && groups == 1, "transposed or groups %ld, the fake has 1", static_cast<long>(groups));
        Shape s = shapeOf(plan, x, w);
        plan.require(plan[x].type == plan[w].type && plan[x].type == plan[y].type, "input, weight and output have different types");
        image(plan, "output", y);
        plan.sameDims("output", y, result(s));
        bool biased = bias != nullptr;
        if (biased) plan.sameDims("bias", b, {plan[w].dims[0]});
        Operands kind = operands(plan, plan[x].type, cubeMathType);
        plan.executor->workspace = 1024;
        return [=](Run &run) {
            std::vector<float> image = load<float>(run[x]), kernel = load<float>(run[w]), added(s.outputs, 0), sums;
            if (biased) added = load<float>(run[b]);
            cast(image, kind);
            cast(kernel, kind);
            std::vector<size_t> ends;
            std::vector<Term> terms = order(kind, s.channels, s, ends);
            std::vector<float> left(s.outputs * terms.size()), right(terms.size() * s.pixels());
            for (size_t o = 0; o < s.outputs; o++) {
                for (size_t k = 0; k < terms.size(); k++) {
                    Term t = terms[k];
                    left[o * terms.size() + k] = kernel[((o * s.channels + t.channel) * s.kernelRows + t.row) * s.kernelColumns + t.column];
                }
            }
            for (size_t n = 0; n < s.images; n++) {
                for (size_t k = 0; k < terms.size(); k++) {
                    Term t = terms[k];
                    for (size_t i = 0; i < s.rows(); i++) {
                        const float *line = &image[((n * s.channels + t.channel) * s.height + i + t.row) * s.width + t.column];
                        std::copy(line, line + s.columns(), &right[k * s.pixels() + i * s.columns()]);
                    }
                }
                std::vector<float> matrix = multiply(left, right, s.outputs, s.pixels(), ends, false);
                for (size_t i = 0; i < matrix.size(); i++) matrix[i] += added[i / s.pixels()];
                sums.insert(sums.end(), matrix.begin(), matrix.end());
            }
            store(run, run[y], sums);
        };
    });
}

/// The gradient of the input: a convolution of the framed gradient with the kernel turned round. The frame is no data, so
/// weights that are not finite meet only the rest.
static std::vector<float> inputGradient(const Shape &s, Operands kind, const std::vector<float> &dy, const std::vector<float> &kernel, bool arriving) {
    std::vector<size_t> ends;
    std::vector<Term> terms = order(kind, s.outputs, s, ends);
    size_t pixels = s.height * s.width;
    std::vector<float> left(s.channels * terms.size()), right(terms.size() * pixels), sums;
    auto weight = [&](size_t c, Term t) {
        return kernel[((t.channel * s.channels + c) * s.kernelRows + s.kernelRows - 1 - t.row) * s.kernelColumns + s.kernelColumns - 1 - t.column];
    };
    for (size_t c = 0; c < s.channels; c++) {
        for (size_t k = 0; k < terms.size(); k++) {
            float value = weight(c, terms[k]);
            left[c * terms.size() + k] = std::isfinite(value) ? value : 0;
        }
    }
    for (size_t n = 0; n < s.images; n++) {
        std::vector<bool> frame(right.size(), true);
        std::fill(right.begin(), right.end(), 0.0f);
        for (size_t k = 0; k < terms.size(); k++) {
            for (size_t p = 0; p < pixels; p++) {
                size_t row = p / s.width + terms[k].row, column = p % s.width + terms[k].column;
                bool inside = row >= s.kernelRows - 1 && row - (s.kernelRows - 1) < s.rows() && column >= s.kernelColumns - 1 && column - (s.kernelColumns - 1) < s.columns();
                if (!inside) continue;
                frame[k * pixels + p] = false;
                right[k * pixels + p] = dy[((n * s.outputs + terms[k].channel) * s.rows() + row - (s.kernelRows - 1)) * s.columns() + column - (s.kernelColumns - 1)];
            }
        }
        std::vector<float> matrix = multiply(left, right, s.channels, pixels, ends, arriving);
        for (size_t c = 0; c < s.channels; c++) {
            for (size_t k = 0; k < terms.size(); k++) {
                float value = weight(c, terms[k]);
                for (size_t p = 0; !std::isfinite(value) && p < pixels; p++) {
                    if (!frame[k * pixels + p]) matrix[c * pixels + p] += value * right[k * pixels + p];
                }
            }
        }
        sums.insert(sums.end(), matrix.begin(), matrix.end());
    }
    return sums;
}

/// The gradient of the weights: sums over images, rows and columns of the result.
static std::vector<float> weightGradient(const Shape &s, Operands kind, const std::vector<float> &dy, const std::vector<float> &image, bool arriving) {
    size_t terms = s.images * s.pixels(), windows = s.channels * s.kernelRows * s.kernelColumns;
    std::vector<float> left(s.outputs * terms), right(terms * windows);
    for (size_t k = 0; k < terms; k++) {
        size_t n = k / s.pixels(), pixel = k % s.pixels(), row = pixel / s.columns(), column = pixel % s.columns();
        for (size_t o = 0; o < s.outputs; o++) left[o * terms + k] = dy[(n * s.outputs + o) * s.pixels() + pixel];
        size_t at = k * windows;
        for (size_t c = 0; c < s.channels; c++) {
            for (size_t i = 0; i < s.kernelRows; i++) {
                for (size_t j = 0; j < s.kernelColumns; j++) right[at++] = image[((n * s.channels + c) * s.height + row + i) * s.width + column + j];
            }
        }
    }
    return multiply(left, right, s.outputs, windows, steps(terms, products(kind)), arriving);
}

OPERATOR(ConvolutionBackward)(
        const aclTensor *gradOutput, const aclTensor *input, const aclTensor *weight, const aclIntArray *, const aclIntArray *stride,
        const aclIntArray *padding, const aclIntArray *dilation, bool transposed, const aclIntArray *outputPadding, int groups,
        const aclBoolArray *outputMask, int8_t cubeMathType, aclTensor *gradInput, aclTensor *gradWeight, aclTensor *gradBias, PHASE_ONE) {
    PLAN({
        size_t g = plan.in("gradOutput", gradOutput, FLOATS), x = plan.in("input", input, FLOATS), w = plan.in("weight", weight, FLOATS);
        only(plan, "stride", stride, 1);
        only(plan, "padding", padding, 0);
        only(plan, "dilation", dilation, 1);
        only(plan, "outputPadding", outputPadding, 0);
        plan.require(!transposed && groups == 1, "transposed or groups %d, the fake has 1", groups);
        std::vector<bool> mask = plan.bools("outputMask", outputMask);
        plan.require(mask.size() == 3, "outputMask has %zu elements, expected 3", mask.size());
        Shape s = shapeOf(plan, x, w);
        image(plan, "gradOutput", g);
        plan.sameDims("gradOutput", g, result(s));
        plan.require(plan[g].type == plan[x].type && plan[x].type == plan[w].type, "gradOutput, input and weight have different types");
        size_t dx = mask[0] ? plan.out("gradInput", gradInput, {plan[x].type}) : 0, dw = mask[1] ? plan.out("gradWeight", gradWeight, {plan[w].type}) : 0;
        size_t db = mask[2] ? plan.out("gradBias", gradBias, {plan[g].type}) : 0;
        if (mask[0]) plan.sameDims("gradInput", dx, plan[x].dims);
        if (mask[1]) plan.sameDims("gradWeight", dw, plan[w].dims);
        if (mask[2]) plan.sameDims("gradBias", db, {plan[w].dims[0]});
        Operands kind = operands(plan, plan[x].type, cubeMathType);
        plan.executor->workspace = 1024;
        return [=](Run &run) {
            std::vector<float> dy = load<float>(run[g]), image = load<float>(run[x]), kernel = load<float>(run[w]), sums(s.outputs, 0);
            for (size_t i = 0; i < dy.size(); i++) sums[i / s.pixels() % s.outputs] += dy[i];
            cast(dy, kind);
            cast(image, kind);
            cast(kernel, kind);
            if (mask[0]) store(run, run[dx], inputGradient(s, kind, dy, kernel, !run.deterministic));
            if (mask[1]) store(run, run[dw], weightGradient(s, kind, dy, image, !run.deterministic));
            if (mask[2]) store(run, run[db], sums);
        };
    });
}

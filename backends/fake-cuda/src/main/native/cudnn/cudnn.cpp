// The parts of libcudnn 9 that are used: descriptors of NCHW tensors and of 2-d convolutions, the three convolutions as
// cross-correlations, and adding a bias. Products are added in binary64 and the result is rounded once: no device adds so.
#include "../library/elements.h"
#include "../library/objects.h"
#include <map>
#include <memory>

using namespace fake;

namespace {

enum Status { DONE = 0, BAD_PARAM = 2000, UNSUPPORTED = 3000, EXECUTION_FAILED = 5000 };

constexpr int NCHW = 0;
constexpr int CROSS_CORRELATION = 1;
constexpr int FLOAT = 0;

const std::map<int64_t, Element> ELEMENTS = {{FLOAT, Element::FP32}, {2, Element::FP16}, {9, Element::BF16}};

struct Context {
    static constexpr const char *KIND = "cuDNN handle";
    CUstream_st *stream = nullptr;
};

/// A packed tensor of four axes: NCHW, or of a filter outputs, inputs, height, width.
struct Shape {
    Element type = Element::FP32;
    int n = 0, c = 0, h = 0, w = 0;

    int set(int format, int typeCode, int nn, int cc, int hh, int ww) {
        if (format != NCHW || !elementOf(ELEMENTS, typeCode, type)) {
            return UNSUPPORTED;
        }
        n = nn;
        c = cc;
        h = hh;
        w = ww;
        return n > 0 && c > 0 && h > 0 && w > 0 ? DONE : BAD_PARAM;
    }

    size_t size() const { return size_t(n) * c * h * w; }
    size_t index(int i, int j, int y, int x) const { return ((size_t(i) * c + j) * h + y) * w + x; }
    bool isInside(const void *start) const { return isDeviceMemory(start, size() * bytesOf(type)); }
};

struct Tensor : Shape {
    static constexpr const char *KIND = "cuDNN tensor descriptor";
};

struct Filter : Shape {
    static constexpr const char *KIND = "cuDNN filter descriptor";
};

struct Convolution {
    static constexpr const char *KIND = "cuDNN convolution descriptor";
    int padY = 0, padX = 0, strideY = 1, strideX = 1, dilationY = 1, dilationX = 1;
    int math = 0;

    int height(const Shape &x, const Shape &w) const { return (x.h + 2 * padY - dilationY * (w.h - 1) - 1) / strideY + 1; }
    int width(const Shape &x, const Shape &w) const { return (x.w + 2 * padX - dilationX * (w.w - 1) - 1) / strideX + 1; }

    bool fits(const Shape &x, const Shape &w, const Shape &y) const {
        bool fits = x.type == w.type && x.type == y.type && w.c == x.c && y.n == x.n && y.c == w.n && y.h == height(x, w)
                    && y.w == width(x, w);
        if (!fits) {
            note("cuDNN: the descriptors do not fit each other");
        }
        return fits;
    }

    /// Calls with the indices of x, w and y of every product of a convolution, in ascending order of y's, then w's.
    template <class Product> void products(const Shape &x, const Shape &w, const Shape &y, Product product) const {
        for (int n = 0; n < y.n; n++) {
            for (int o = 0; o < y.c; o++) {
                for (int yy = 0; yy < y.h; yy++) {
                    for (int yx = 0; yx < y.w; yx++) {
                        size_t out = y.index(n, o, yy, yx);
                        for (int c = 0; c < w.c; c++) {
                            for (int wy = 0; wy < w.h; wy++) {
                                int xy = yy * strideY - padY + wy * dilationY;
                                for (int wx = 0; wx < w.w && xy >= 0 && xy < x.h; wx++) {
                                    int xx = yx * strideX - padX + wx * dilationX;
                                    if (xx >= 0 && xx < x.w) {
                                        product(x.index(n, c, xy, xx), w.index(o, c, wy, wx), out);
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
};

Objects objects(BAD_PARAM);

std::vector<double> values(const Shape &shape, const void *start) {
    std::vector<double> result(shape.size());
    for (size_t i = 0; i < result.size(); i++) {
        result[i] = load(shape.type, start, i);
    }
    return result;
}

/// Stores alpha·result + beta·(what is there); with beta 0 that is not read.
void blend(const Shape &shape, void *start, const std::vector<double> &result, float alpha, float beta) {
    for (size_t i = 0; i < result.size(); i++) {
        store(shape.type, start, i, alpha * result[i] + (beta == 0 ? 0 : beta * load(shape.type, start, i)));
    }
}

/// Work that reads tensors and writes one.
struct Job {
    const char *function;
    Shape firstShape, secondShape, outShape;
    const void *first, *second;
    void *out;
    float alpha, beta;
    std::function<void(const std::vector<double> &, const std::vector<double> &, std::vector<double> &)> compute;

    int add(const Context &context) const {
        Result added = addWork(context.stream, function, [job = *this]() { return job.run(); });
        return added == SUCCESS ? DONE : EXECUTION_FAILED;
    }

private:
    Result run() const {
        if (!firstShape.isInside(first) || !secondShape.isInside(second) || !outShape.isInside(out)) {
            note(std::string(function) + ": a tensor is not inside one allocation");
            return ILLEGAL_ADDRESS;
        }
        std::vector<double> result(outShape.size());
        compute(values(firstShape, first), values(secondShape, second), result);
        blend(outShape, out, result, alpha, beta);
        return SUCCESS;
    }
};

/// @return whether the fake has the algorithm: for forward 0 to 2, backward 1, the deterministic one
bool isAlgorithm(const char *function, int algorithm, int least, int most) {
    bool has = algorithm >= least && algorithm <= most;
    if (!has) {
        note(std::string(function) + ": algorithm " + std::to_string(algorithm) + " is not deterministic, or not of the fake");
    }
    return has;
}

int workspace(const char *function, int algorithm, int least, int most, size_t *bytes) {
    return libraryCall(function, [=]() -> int {
        *bytes = 0;
        return isAlgorithm(function, algorithm, least, most) ? DONE : UNSUPPORTED;
    });
}

} // namespace

extern "C" {

size_t cudnnGetVersion() {
    return 91900;
}

const char *cudnnGetErrorString(int status) {
    return status == DONE          ? "CUDNN_STATUS_SUCCESS"
           : status == BAD_PARAM   ? "CUDNN_STATUS_BAD_PARAM"
           : status == UNSUPPORTED ? "CUDNN_STATUS_NOT_SUPPORTED"
                                   : "CUDNN_STATUS_EXECUTION_FAILED";
}

int cudnnCreate(Context **handle) {
    return objects.create("cudnnCreate", handle);
}

int cudnnDestroy(Context *handle) {
    return objects.destroy("cudnnDestroy", handle);
}

int cudnnSetStream(Context *handle, CUstream_st *stream) {
    return libraryCall("cudnnSetStream", [=]() -> int {
        if (!objects.known({handle})) {
            return BAD_PARAM;
        }
        handle->stream = stream;
        return DONE;
    });
}

int cudnnCreateTensorDescriptor(Tensor **tensor) {
    return objects.create("cudnnCreateTensorDescriptor", tensor);
}

int cudnnDestroyTensorDescriptor(Tensor *tensor) {
    return objects.destroy("cudnnDestroyTensorDescriptor", tensor);
}

int cudnnSetTensor4dDescriptor(Tensor *tensor, int format, int type, int n, int c, int h, int w) {
    return libraryCall("cudnnSetTensor4dDescriptor",
                       [=]() -> int { return objects.known({tensor}) ? tensor->set(format, type, n, c, h, w) : BAD_PARAM; });
}

int cudnnCreateFilterDescriptor(Filter **filter) {
    return objects.create("cudnnCreateFilterDescriptor", filter);
}

int cudnnDestroyFilterDescriptor(Filter *filter) {
    return objects.destroy("cudnnDestroyFilterDescriptor", filter);
}

int cudnnSetFilter4dDescriptor(Filter *filter, int type, int format, int outputs, int inputs, int h, int w) {
    return libraryCall("cudnnSetFilter4dDescriptor", [=]() -> int {
        return objects.known({filter}) ? filter->set(format, type, outputs, inputs, h, w) : BAD_PARAM;
    });
}

int cudnnCreateConvolutionDescriptor(Convolution **convolution) {
    return objects.create("cudnnCreateConvolutionDescriptor", convolution);
}

int cudnnDestroyConvolutionDescriptor(Convolution *convolution) {
    return objects.destroy("cudnnDestroyConvolutionDescriptor", convolution);
}

int cudnnSetConvolution2dDescriptor(Convolution *convolution, int padY, int padX, int strideY, int strideX, int dilationY,
                                    int dilationX, int mode, int computeType) {
    return libraryCall("cudnnSetConvolution2dDescriptor", [=]() -> int {
        if (!objects.known({convolution}) || padY < 0 || padX < 0 || strideY < 1 || strideX < 1 || dilationY < 1
            || dilationX < 1) {
            return BAD_PARAM;
        }
        if (mode != CROSS_CORRELATION || computeType != FLOAT) {
            return UNSUPPORTED;
        }
        *convolution = {padY, padX, strideY, strideX, dilationY, dilationX, convolution->math};
        return DONE;
    });
}

int cudnnSetConvolutionMathType(Convolution *convolution, int math) {
    return libraryCall("cudnnSetConvolutionMathType", [=]() -> int {
        if (!objects.known({convolution}) || math < 0 || math > 3) {
            return BAD_PARAM;
        }
        convolution->math = math;
        return DONE;
    });
}

int cudnnGetConvolutionMathType(Convolution *convolution, int *math) {
    return libraryCall("cudnnGetConvolutionMathType", [=]() -> int {
        if (!objects.known({convolution})) {
            return BAD_PARAM;
        }
        *math = convolution->math;
        return DONE;
    });
}

int cudnnGetConvolution2dForwardOutputDim(Convolution *convolution, Tensor *x, Filter *w, int *n, int *c, int *height,
                                          int *width) {
    return libraryCall("cudnnGetConvolution2dForwardOutputDim", [=]() -> int {
        if (!objects.known({convolution, x, w}) || x->c != w->c) {
            return BAD_PARAM;
        }
        *n = x->n;
        *c = w->n;
        *height = convolution->height(*x, *w);
        *width = convolution->width(*x, *w);
        return DONE;
    });
}

int cudnnGetConvolutionForwardWorkspaceSize(Context *, Tensor *, Filter *, Convolution *, Tensor *, int algorithm,
                                            size_t *bytes) {
    return workspace("cudnnGetConvolutionForwardWorkspaceSize", algorithm, 0, 2, bytes);
}

int cudnnGetConvolutionBackwardDataWorkspaceSize(Context *, Filter *, Tensor *, Convolution *, Tensor *, int algorithm,
                                                 size_t *bytes) {
    return workspace("cudnnGetConvolutionBackwardDataWorkspaceSize", algorithm, 1, 1, bytes);
}

int cudnnGetConvolutionBackwardFilterWorkspaceSize(Context *, Tensor *, Tensor *, Convolution *, Filter *, int algorithm,
                                                   size_t *bytes) {
    return workspace("cudnnGetConvolutionBackwardFilterWorkspaceSize", algorithm, 1, 1, bytes);
}

int cudnnConvolutionForward(Context *handle, const float *alpha, Tensor *x, const void *xs, Filter *w, const void *ws,
                            Convolution *convolution, int algorithm, void *, size_t, const float *beta, Tensor *y,
                            void *ys) {
    return libraryCall("cudnnConvolutionForward", [=]() -> int {
        if (!objects.known({handle, x, w, convolution, y}) || !convolution->fits(*x, *w, *y)) {
            return BAD_PARAM;
        }
        if (!isAlgorithm("cudnnConvolutionForward", algorithm, 0, 2)) {
            return UNSUPPORTED;
        }
        auto compute = [=, sx = Shape(*x), sw = Shape(*w), sy = Shape(*y), how = *convolution](
                           const auto &a, const auto &b, auto &out) {
            how.products(sx, sw, sy, [&](size_t i, size_t j, size_t k) { out[k] += a[i] * b[j]; });
        };
        return Job{"cudnnConvolutionForward", *x, *w, *y, xs, ws, ys, *alpha, *beta, compute}.add(*handle);
    });
}

int cudnnConvolutionBackwardData(Context *handle, const float *alpha, Filter *w, const void *ws, Tensor *dy,
                                 const void *dys, Convolution *convolution, int algorithm, void *, size_t,
                                 const float *beta, Tensor *dx, void *dxs) {
    return libraryCall("cudnnConvolutionBackwardData", [=]() -> int {
        if (!objects.known({handle, dx, w, convolution, dy}) || !convolution->fits(*dx, *w, *dy)) {
            return BAD_PARAM;
        }
        if (!isAlgorithm("cudnnConvolutionBackwardData", algorithm, 1, 1)) {
            return UNSUPPORTED;
        }
        auto compute = [=, sx = Shape(*dx), sw = Shape(*w), sy = Shape(*dy), how = *convolution](
                           const auto &a, const auto &b, auto &out) {
            how.products(sx, sw, sy, [&](size_t i, size_t j, size_t k) { out[i] += a[j] * b[k]; });
        };
        return Job{"cudnnConvolutionBackwardData", *w, *dy, *dx, ws, dys, dxs, *alpha, *beta, compute}.add(*handle);
    });
}

int cudnnConvolutionBackwardFilter(Context *handle, const float *alpha, Tensor *x, const void *xs, Tensor *dy,
                                   const void *dys, Convolution *convolution, int algorithm, void *, size_t,
                                   const float *beta, Filter *dw, void *dws) {
    return libraryCall("cudnnConvolutionBackwardFilter", [=]() -> int {
        if (!objects.known({handle, x, dw, convolution, dy}) || !convolution->fits(*x, *dw, *dy)) {
            return BAD_PARAM;
        }
        if (!isAlgorithm("cudnnConvolutionBackwardFilter", algorithm, 1, 1)) {
            return UNSUPPORTED;
        }
        auto compute = [=, sx = Shape(*x), sw = Shape(*dw), sy = Shape(*dy), how = *convolution](
                           const auto &a, const auto &b, auto &out) {
            how.products(sx, sw, sy, [&](size_t i, size_t j, size_t k) { out[j] += a[i] * b[k]; });
        };
        return Job{"cudnnConvolutionBackwardFilter", *x, *dy, *dw, xs, dys, dws, *alpha, *beta, compute}.add(*handle);
    });
}

/// Adds alpha·a to beta·c, where an extent of 1 in a is spread: the bias of a convolution is [1, O, 1, 1].
int cudnnAddTensor(Context *handle, const float *alpha, Tensor *a, const void *as, const float *beta, Tensor *c, void *cs) {
    return libraryCall("cudnnAddTensor", [=]() -> int {
        auto spreads = [](int from, int to) { return from == 1 || from == to; };
        if (!objects.known({handle, a, c}) || a->type != c->type || !spreads(a->n, c->n) || !spreads(a->c, c->c)
            || !spreads(a->h, c->h) || !spreads(a->w, c->w)) {
            return BAD_PARAM;
        }
        auto compute = [sa = Shape(*a), sc = Shape(*c)](const auto &from, const auto &, auto &out) {
            for (int n = 0; n < sc.n; n++) {
                for (int j = 0; j < sc.c; j++) {
                    for (int y = 0; y < sc.h; y++) {
                        for (int x = 0; x < sc.w; x++) {
                            out[sc.index(n, j, y, x)] =
                                from[sa.index(sa.n == 1 ? 0 : n, sa.c == 1 ? 0 : j, sa.h == 1 ? 0 : y, sa.w == 1 ? 0 : x)];
                        }
                    }
                }
            }
        };
        return Job{"cudnnAddTensor", *a, *c, *c, as, cs, cs, *alpha, *beta, compute}.add(*handle);
    });
}
}

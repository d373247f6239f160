// libcublasLt.so.13: D = alpha·op(A)·op(B) + beta·C, and a bias. Products are added in binary64 in ascending k and the
// result is rounded once: no device adds so.
#include "../library/elements.h"
#include "../library/objects.h"
#include <map>
#include <memory>

using namespace fake;

namespace {

enum Status { DONE = 0, UNINITIALIZED = 1, BAD_VALUE = 7, EXECUTION_FAILED = 13, UNSUPPORTED = 15 };

enum LayoutAttribute { TYPE, ORDER, ROWS, COLUMNS, LEADING, BATCHES, BATCH_STRIDE };
enum DescriptorAttribute {
    COMPUTE_TYPE = 0,
    SCALE_TYPE = 1,
    POINTER_MODE = 2,
    TRANSPOSE_A = 3,
    TRANSPOSE_B = 4,
    EPILOGUE = 7,
    BIAS_POINTER = 8,
    BIAS_TYPE = 26
};
enum PreferenceAttribute { MAX_WORKSPACE = 1, REDUCTION_SCHEMES = 3 };
enum AlgorithmAttribute { ALGORITHM_ID = 0, SPLIT_K = 2, REDUCTION_SCHEME = 3 };

constexpr int COMPUTE_32F = 68;
constexpr int COMPUTE_32F_PEDANTIC = 69;
constexpr int COMPUTE_32F_FAST_TF32 = 77;
constexpr int TYPE_32F = 0;
constexpr unsigned EPILOGUE_NONE = 1;
constexpr unsigned EPILOGUE_BIAS = 4;

/// Values of attributes by number, each with the bytes that it has in the library's documentation.
struct Attributes {
    std::map<int, int64_t> values;
    std::map<int, size_t> sizes;

    int set(int attribute, const void *value, size_t size) {
        auto expected = sizes.find(attribute);
        if (expected == sizes.end()) {
            return UNSUPPORTED;
        }
        if (value == nullptr || size != expected->second) {
            return BAD_VALUE;
        }
        values[attribute] = size == 4 ? at<int32_t>(value, 0) : at<int64_t>(value, 0);
        return DONE;
    }

    int64_t operator[](int attribute) const { return values.at(attribute); }
};

struct Context {
    static constexpr const char *KIND = "cuBLASLt handle";
};

struct Layout : Attributes {
    static constexpr const char *KIND = "cuBLASLt matrix layout";

    Layout(int type, int64_t rows, int64_t columns, int64_t leading) {
        values = {{TYPE, type}, {ORDER, 0}, {ROWS, rows}, {COLUMNS, columns}, {LEADING, leading}, {BATCHES, 1}, {BATCH_STRIDE, 0}};
        sizes = {{TYPE, 4}, {ORDER, 4}, {ROWS, 8}, {COLUMNS, 8}, {LEADING, 8}, {BATCHES, 4}, {BATCH_STRIDE, 8}};
    }
};

struct Descriptor : Attributes {
    static constexpr const char *KIND = "cuBLASLt matmul descriptor";

    Descriptor(int compute, int scale) {
        values = {{COMPUTE_TYPE, compute}, {SCALE_TYPE, scale},        {POINTER_MODE, 0}, {TRANSPOSE_A, 0},
                  {TRANSPOSE_B, 0},        {EPILOGUE, EPILOGUE_NONE}, {BIAS_POINTER, 0}, {BIAS_TYPE, -1}};
        sizes = {{COMPUTE_TYPE, 4}, {SCALE_TYPE, 4}, {POINTER_MODE, 4}, {TRANSPOSE_A, 4},
                 {TRANSPOSE_B, 4},  {EPILOGUE, 4},   {BIAS_POINTER, 8}, {BIAS_TYPE, 4}};
    }
};

struct Preference : Attributes {
    static constexpr const char *KIND = "cuBLASLt matmul preference";

    Preference() {
        values = {{MAX_WORKSPACE, 0}, {REDUCTION_SCHEMES, 7}};
        sizes = {{MAX_WORKSPACE, 8}, {REDUCTION_SCHEMES, 4}};
    }
};

struct Algorithm {
    uint64_t data[8];
};

struct HeuristicResult {
    Algorithm algorithm;
    size_t workspace;
    int state;
    float waves;
    int reserved[4];
};

Objects objects(BAD_VALUE);

template <class T> int setAttribute(const char *function, T *handle, int attribute, const void *value, size_t size) {
    return libraryCall(function, [=]() -> int {
        return objects.known({handle}) ? handle->set(attribute, value, size) : BAD_VALUE;
    });
}

const std::map<int64_t, Element> ELEMENTS = {{TYPE_32F, Element::FP32}, {2, Element::FP16}, {14, Element::BF16}};

/// A matrix of a batch as the multiplication sees it.
struct Matrix {
    Element type = Element::FP32;
    int64_t rows, columns; // after the transposition
    int64_t rowStride, columnStride, batchStride, batches;
    int64_t elements; // from the first to behind the last of all batches

    /// @return false if the layout does not fit itself
    bool read(const Layout &layout, bool transposed) {
        bool rowMajor = layout[ORDER] == 1;
        rows = layout[ROWS];
        columns = layout[COLUMNS];
        int64_t leading = layout[LEADING];
        if (!elementOf(ELEMENTS, layout[TYPE], type) || layout[ORDER] < 0 || layout[ORDER] > 1 || rows < 1 || columns < 1
            || layout[BATCHES] < 1 || leading < (rowMajor ? columns : rows)) {
            return false;
        }
        rowStride = rowMajor ? leading : 1;
        columnStride = rowMajor ? 1 : leading;
        batchStride = layout[BATCH_STRIDE];
        batches = layout[BATCHES];
        elements = (batches - 1) * batchStride + (rows - 1) * rowStride + (columns - 1) * columnStride + 1;
        if (transposed) {
            std::swap(rows, columns);
            std::swap(rowStride, columnStride);
        }
        return true;
    }

    size_t index(int64_t batch, int64_t row, int64_t column) const {
        return static_cast<size_t>(batch * batchStride + row * rowStride + column * columnStride);
    }

    bool isInside(const void *start) const {
        return isDeviceMemory(start, static_cast<size_t>(elements) * bytesOf(type));
    }

    /// One matrix of the batch, row-major.
    std::vector<double> values(const void *start, int64_t batch, bool tf32) const {
        std::vector<double> result;
        result.reserve(rows * columns);
        for (int64_t row = 0; row < rows; row++) {
            for (int64_t column = 0; column < columns; column++) {
                float value = static_cast<float>(load(type, start, index(batch, row, column)));
                if (tf32 && std::isfinite(value)) { // to nearest, ties away, at 10 digits
                    value = bits<float>((bits<uint32_t>(value) + 0x1000) & ~0x1FFFu);
                }
                result.push_back(value);
            }
        }
        return result;
    }
};

struct Multiplication {
    Matrix a, b, c, d;
    const void *aStart, *bStart, *cStart, *bias;
    void *dStart;
    Element biasType;
    const float *alphaOnDevice, *betaOnDevice; // null: the values below
    float alpha, beta;
    bool tf32;

    /// Checks the layouts against each other.
    int read(const Descriptor &what, const Layout &la, const Layout &lb, const Layout &lc, const Layout &ld) {
        bool fits = a.read(la, what[TRANSPOSE_A] != 0) && b.read(lb, what[TRANSPOSE_B] != 0) && c.read(lc, false)
                    && d.read(ld, false);
        if (!fits || a.columns != b.rows || d.rows != a.rows || d.columns != b.columns || c.rows != d.rows
            || c.columns != d.columns || b.batches != a.batches || c.batches != a.batches || d.batches != a.batches) {
            note("cublasLtMatmul: the layouts do not fit");
            return BAD_VALUE;
        }
        tf32 = what[COMPUTE_TYPE] == COMPUTE_32F_FAST_TF32;
        bool computes = tf32 || what[COMPUTE_TYPE] == COMPUTE_32F || what[COMPUTE_TYPE] == COMPUTE_32F_PEDANTIC;
        bool types = a.type == b.type && c.type == d.type && (d.type == a.type || d.type == Element::FP32)
                     && (!tf32 || a.type == Element::FP32);
        bool epilogue = what[EPILOGUE] == EPILOGUE_NONE || what[EPILOGUE] == EPILOGUE_BIAS;
        if (!computes || !types || !epilogue || what[SCALE_TYPE] != TYPE_32F || what[POINTER_MODE] > 1) {
            note("cublasLtMatmul: types, epilogue or modes that the fake does not have");
            return UNSUPPORTED;
        }
        bias = what[EPILOGUE] == EPILOGUE_BIAS ? reinterpret_cast<const void *>(what[BIAS_POINTER]) : nullptr;
        biasType = d.type;
        if (what[EPILOGUE] == EPILOGUE_BIAS
            && (bias == nullptr || (what[BIAS_TYPE] >= 0 && !elementOf(ELEMENTS, what[BIAS_TYPE], biasType)))) {
            return BAD_VALUE;
        }
        return DONE;
    }

    Result run() const {
        bool inside = a.isInside(aStart) && b.isInside(bStart) && d.isInside(dStart)
                      && (bias == nullptr || isDeviceMemory(bias, d.rows * bytesOf(biasType)))
                      && (alphaOnDevice == nullptr
                          || (isDeviceMemory(alphaOnDevice, 4) && isDeviceMemory(betaOnDevice, 4)));
        float scale = inside && alphaOnDevice != nullptr ? *alphaOnDevice : alpha;
        float keep = inside && betaOnDevice != nullptr ? *betaOnDevice : beta;
        if (!inside || (keep != 0 && !c.isInside(cStart))) {
            note("cublasLtMatmul: a matrix is not inside one allocation");
            return ILLEGAL_ADDRESS;
        }
        for (int64_t batch = 0; batch < d.batches; batch++) {
            multiply(batch, scale, keep);
        }
        return SUCCESS;
    }

private:
    void multiply(int64_t batch, float scale, float keep) const {
        std::vector<double> left = a.values(aStart, batch, tf32);
        std::vector<double> right = b.values(bStart, batch, tf32);
        std::vector<double> row(d.columns);
        for (int64_t i = 0; i < d.rows; i++) {
            std::fill(row.begin(), row.end(), 0);
            for (int64_t k = 0; k < a.columns; k++) {
                double x = left[i * a.columns + k];
                for (int64_t j = 0; j < d.columns; j++) {
                    row[j] += x * right[k * d.columns + j];
                }
            }
            for (int64_t j = 0; j < d.columns; j++) {
                double value = scale * row[j];
                if (keep != 0) { // with beta 0, C is not read
                    value += keep * load(c.type, cStart, c.index(batch, i, j));
                }
                value += bias == nullptr ? 0 : load(biasType, bias, i);
                store(d.type, dStart, d.index(batch, i, j), value);
            }
        }
    }
};

} // namespace

extern "C" {

size_t cublasLtGetVersion() {
    return 130200;
}

const char *cublasLtGetStatusString(int status) {
    return status == DONE              ? "the operation completed successfully"
           : status == BAD_VALUE   ? "an unsupported value or parameter was passed"
           : status == UNSUPPORTED   ? "the functionality requested is not supported"
           : status == UNINITIALIZED ? "the library was not initialized"
                                       : "the operation failed";
}

int cublasLtCreate(Context **handle) {
    return objects.create("cublasLtCreate", handle);
}

int cublasLtDestroy(Context *handle) {
    return objects.destroy("cublasLtDestroy", handle);
}

int cublasLtMatmulDescCreate(Descriptor **descriptor, int compute, int scale) {
    return objects.create("cublasLtMatmulDescCreate", descriptor, compute, scale);
}

int cublasLtMatmulDescDestroy(Descriptor *descriptor) {
    return objects.destroy("cublasLtMatmulDescDestroy", descriptor);
}

int cublasLtMatmulDescSetAttribute(Descriptor *descriptor, int attribute, const void *value, size_t size) {
    return setAttribute("cublasLtMatmulDescSetAttribute", descriptor, attribute, value, size);
}

int cublasLtMatrixLayoutCreate(Layout **layout, int type, uint64_t rows, uint64_t columns, int64_t leading) {
    return objects.create("cublasLtMatrixLayoutCreate", layout, type, rows, columns, leading);
}

int cublasLtMatrixLayoutDestroy(Layout *layout) {
    return objects.destroy("cublasLtMatrixLayoutDestroy", layout);
}

int cublasLtMatrixLayoutSetAttribute(Layout *layout, int attribute, const void *value, size_t size) {
    return setAttribute("cublasLtMatrixLayoutSetAttribute", layout, attribute, value, size);
}

int cublasLtMatmulPreferenceCreate(Preference **preference) {
    return objects.create("cublasLtMatmulPreferenceCreate", preference);
}

int cublasLtMatmulPreferenceDestroy(Preference *preference) {
    return objects.destroy("cublasLtMatmulPreferenceDestroy", preference);
}

int cublasLtMatmulPreferenceSetAttribute(Preference *preference, int attribute, const void *value, size_t size) {
    return setAttribute("cublasLtMatmulPreferenceSetAttribute", preference, attribute, value, size);
}

/// One algorithm: no split of k, no reduction, no workspace.
int cublasLtMatmulAlgoGetHeuristic(Context *, Descriptor *what, Layout *a, Layout *b, Layout *c, Layout *d, Preference *,
                                   int asked, HeuristicResult *results, int *found) {
    return libraryCall("cublasLtMatmulAlgoGetHeuristic", [=]() -> int {
        Multiplication multiplication;
        *found = 0;
        if (asked < 1) {
            return BAD_VALUE;
        }
        int status = multiplication.read(*what, *a, *b, *c, *d);
        if (status == DONE) {
            results[0] = {{{1, 1, 0}}, 0, DONE, 1, {}};
            *found = 1;
        }
        return status;
    });
}

int cublasLtMatmulAlgoConfigGetAttribute(const Algorithm *algorithm, int attribute, void *value, size_t size,
                                         size_t *written) {
    return libraryCall("cublasLtMatmulAlgoConfigGetAttribute", [=]() -> int {
        if (attribute != ALGORITHM_ID && attribute != SPLIT_K && attribute != REDUCTION_SCHEME) {
            return UNSUPPORTED;
        }
        int32_t number = static_cast<int32_t>(
            algorithm->data[attribute == ALGORITHM_ID ? 0 : attribute == SPLIT_K ? 1 : 2]);
        if (written != nullptr) {
            *written = sizeof number;
        }
        if (size == 0 && written != nullptr) {
            return DONE;
        }
        if (value == nullptr || size != sizeof number) {
            return BAD_VALUE;
        }
        memcpy(value, &number, sizeof number);
        return DONE;
    });
}

int cublasLtMatmul(Context *handle, Descriptor *what, const float *alpha, const void *a, Layout *aLayout, const void *b,
                   Layout *bLayout, const float *beta, const void *c, Layout *cLayout, void *d, Layout *dLayout,
                   const Algorithm *, void *, size_t, CUstream_st *stream) {
    return libraryCall("cublasLtMatmul", [=]() -> int {
        if (!objects.known({handle})) {
            return UNINITIALIZED;
        }
        if (!objects.known({what, aLayout, bLayout, cLayout, dLayout})) {
            return BAD_VALUE;
        }
        if (alpha == nullptr || beta == nullptr || a == nullptr || b == nullptr || d == nullptr) {
            return BAD_VALUE;
        }
        auto work = std::make_shared<Multiplication>();
        int status = work->read(*what, *aLayout, *bLayout, *cLayout, *dLayout);
        if (status != DONE) {
            return status;
        }
        bool onDevice = (*what)[POINTER_MODE] == 1;
        work->aStart = a;
        work->bStart = b;
        work->cStart = c;
        work->dStart = d;
        work->alphaOnDevice = onDevice ? alpha : nullptr;
        work->betaOnDevice = onDevice ? beta : nullptr;
        work->alpha = onDevice ? 0 : *alpha;
        work->beta = onDevice ? 0 : *beta;
        Result added = addWork(stream, "cublasLtMatmul", [work] { return work->run(); });
        return added == SUCCESS ? DONE : EXECUTION_FAILED;
    });
}
}

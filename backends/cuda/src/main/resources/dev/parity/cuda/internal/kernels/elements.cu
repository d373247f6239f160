// Element by element: nothing is reduced, each result is rounded once. A pointer may be both read and
// written, at the same element only.
#include "parity.cuh"

extern "C" __global__ void NAMED(add)(const T* x, const T* y, T* z, int n) {
    for (int i = first_index(); i < n; i += index_stride()) {
        z[i] = narrow<T>(wide(x[i]) + wide(y[i]));
    }
}

extern "C" __global__ void NAMED(multiply)(const T* x, const T* y, T* z, int n) {
    for (int i = first_index(); i < n; i += index_stride()) {
        z[i] = narrow<T>(wide(x[i]) * wide(y[i]));
    }
}

extern "C" __global__ void NAMED(scale)(const T* x, T* y, float factor, int n) {
    for (int i = first_index(); i < n; i += index_stride()) {
        y[i] = narrow<T>(wide(x[i]) * factor);
    }
}

extern "C" __global__ void NAMED(relu)(const T* x, T* y, int n) {
    for (int i = first_index(); i < n; i += index_stride()) {
        float v = wide(x[i]);
        y[i] = narrow<T>(v > 0 || isnan(v) ? v : 0.0f);
    }
}

extern "C" __global__ void NAMED(relu_grad)(const T* dy, const T* y, T* dx, int n) {
    for (int i = first_index(); i < n; i += index_stride()) {
        dx[i] = wide(y[i]) > 0 ? dy[i] : narrow<T>(0.0f);
    }
}

extern "C" __global__ void NAMED(cast_to_fp32)(const T* x, float* y, int n) {
    for (int i = first_index(); i < n; i += index_stride()) {
        y[i] = wide(x[i]);
    }
}

extern "C" __global__ void NAMED(cast_to_fp16)(const T* x, __half* y, int n) {
    for (int i = first_index(); i < n; i += index_stride()) {
        y[i] = narrow<__half>(wide(x[i]));
    }
}

extern "C" __global__ void NAMED(cast_to_bf16)(const T* x, __nv_bfloat16* y, int n) {
    for (int i = first_index(); i < n; i += index_stride()) {
        y[i] = narrow<__nv_bfloat16>(wide(x[i]));
    }
}

// y[s,m] = x[s,m] · c[s,column]
extern "C" __global__ void NAMED(scale_rows)(const T* x, const T* c, T* y, int column, int columns, int width, int n) {
    for (int i = first_index(); i < n; i += index_stride()) {
        y[i] = narrow<T>(wide(x[i]) * wide(c[i / width * columns + column]));
    }
}

// dc[s,column] = Σ_m dy[s,m] · x[s,m], a chain of fused multiply-adds in ascending m; 0 in other columns. A
// thread has a row.
extern "C" __global__ void NAMED(scale_rows_coefficient_grad)(
    const T* dy, const T* x, T* dc, int column, int columns, int width, int rows) {
    for (int row = first_index(); row < rows; row += index_stride()) {
        float sum = 0;
        for (int m = 0; m < width; m++) {
            sum = fmaf(wide(dy[row * width + m]), wide(x[row * width + m]), sum);
        }
        for (int k = 0; k < columns; k++) {
            dc[row * columns + k] = narrow<T>(k == column ? sum : 0.0f);
        }
    }
}

// y[i] = x[element of the input whose axes are permuted to i]; up to four axes, the outermost first.
struct Permutation {
    int extents[4]; // of the output
    int strides[4]; // in the input, of each axis of the output
};

extern "C" __global__ void NAMED(transpose)(const T* x, T* y, Permutation p, int n) {
    for (int i = first_index(); i < n; i += index_stride()) {
        int rest = i;
        int from = 0;
        for (int axis = 3; axis >= 0; axis--) {
            from += rest % p.extents[axis] * p.strides[axis];
            rest /= p.extents[axis];
        }
        y[i] = x[from];
    }
}

// Tokens into the slots of experts, and back. A choice i = token·k + c has the row expert[i]·capacity +
// slot[i] of [E,C,M], or none where slot[i] is -1. Sums are over a token's choices, ascending, or over M.
#include "parity.cuh"

__device__ inline int row_of(const int* expert, const int* slot, int choice, int capacity) {
    return slot[choice] < 0 ? -1 : expert[choice] * capacity + slot[choice];
}

// y must be zero.
extern "C" __global__ void NAMED(dispatch)(
    const T* x, const int* expert, const int* slot, T* y, int k, int capacity, int width, int n) {
    for (int i = first_index(); i < n; i += index_stride()) {
        int row = row_of(expert, slot, i / width, capacity);
        if (row >= 0) {
            y[row * width + i % width] = x[i / width / k * width + i % width];
        }
    }
}

extern "C" __global__ void NAMED(dispatch_grad)(
    const T* dy, const int* expert, const int* slot, T* dx, int k, int capacity, int width, int n) {
    for (int i = first_index(); i < n; i += index_stride()) {
        float sum = 0;
        for (int c = i / width * k; c < (i / width + 1) * k; c++) {
            int row = row_of(expert, slot, c, capacity);
            sum += row < 0 ? 0.0f : wide(dy[row * width + i % width]);
        }
        dx[i] = narrow<T>(sum);
    }
}

extern "C" __global__ void NAMED(combine)(
    const T* y, const T* weights, const int* expert, const int* slot, T* out, int k, int capacity, int width, int n) {
    for (int i = first_index(); i < n; i += index_stride()) {
        float sum = 0;
        for (int c = i / width * k; c < (i / width + 1) * k; c++) {
            int row = row_of(expert, slot, c, capacity);
            sum = row < 0 ? sum : fmaf(wide(weights[c]), wide(y[row * width + i % width]), sum);
        }
        out[i] = narrow<T>(sum);
    }
}

// dy must be zero.
extern "C" __global__ void NAMED(combine_input_grad)(
    const T* dout, const T* weights, const int* expert, const int* slot, T* dy, int k, int capacity, int width, int n) {
    for (int i = first_index(); i < n; i += index_stride()) {
        int row = row_of(expert, slot, i / width, capacity);
        if (row >= 0) {
            dy[row * width + i % width] = narrow<T>(wide(weights[i / width]) * wide(dout[i / width / k * width + i % width]));
        }
    }
}

// dweights[i] = Σ_m dout·y, a chain of fused multiply-adds in ascending m; a thread has a choice.
extern "C" __global__ void NAMED(combine_weight_grad)(
    const T* dout, const T* y, const int* expert, const int* slot, T* dweights, int k, int capacity, int width, int choices) {
    for (int i = first_index(); i < choices; i += index_stride()) {
        int row = row_of(expert, slot, i, capacity);
        float sum = 0;
        for (int m = 0; row >= 0 && m < width; m++) {
            sum = fmaf(wide(dout[i / k * width + m]), wide(y[row * width + m]), sum);
        }
        dweights[i] = narrow<T>(sum);
    }
}

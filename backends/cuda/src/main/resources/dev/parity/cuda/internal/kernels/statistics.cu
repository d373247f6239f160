// Sums over axes, norms, and the search for what is not finite.
#include "parity.cuh"

// y[i] = Σ of the elements whose kept axes are i. Both lists of axes are up to four, the outermost first.
struct Axes {
    int kept[4];
    int kept_strides[4];
    int summed[4];
    int summed_strides[4];
};

__device__ inline int offset(const int* extents, const int* strides, int i) {
    int at = 0;
    for (int axis = 3; axis >= 0; axis--) {
        at += i % extents[axis] * strides[axis];
        i /= extents[axis];
    }
    return at;
}

// A thread has a sum and adds in ascending order: for short sums.
extern "C" __global__ void NAMED(sum_axes_short)(const T* x, T* y, Axes axes, int terms, int n) {
    for (int i = first_index(); i < n; i += index_stride()) {
        int from = offset(axes.kept, axes.kept_strides, i);
        float sum = 0;
        for (int j = 0; j < terms; j++) {
            sum += wide(x[from + offset(axes.summed, axes.summed_strides, j)]);
        }
        y[i] = narrow<T>(sum);
    }
}

// A block of 128 has a sum: every 128th term a thread, ascending, then halves onto halves.
extern "C" __global__ void NAMED(sum_axes_long)(const T* x, T* y, Axes axes, int terms, int n) {
    for (int i = blockIdx.x; i < n; i += gridDim.x) {
        int from = offset(axes.kept, axes.kept_strides, i);
        float sum = 0;
        for (int j = threadIdx.x; j < terms; j += SUMMING) {
            sum += wide(x[from + offset(axes.summed, axes.summed_strides, j)]);
        }
        sum = block_sum(sum);
        if (threadIdx.x == 0) {
            y[i] = narrow<T>(sum);
        }
    }
}

// Adds terms as they arrive; y must be zero. Not the same twice.
extern "C" __global__ void NAMED(sum_axes_arrival)(const T* x, float* y, Axes axes, int terms, int n) {
    for (int j = first_index(); j < terms * n; j += index_stride()) {
        int i = j % n;
        int at = offset(axes.kept, axes.kept_strides, i) + offset(axes.summed, axes.summed_strides, j / n);
        atomicAdd(&y[i], wide(x[at]));
    }
}

// parts[block] = Σ x² of a stride over the grid: a chain of fused multiply-adds a thread, then halves onto
// halves. Blocks of 128.
extern "C" __global__ void NAMED(square_parts)(const T* x, float* parts, int n) {
    float sum = 0;
    for (int i = first_index(); i < n; i += index_stride()) {
        sum = fmaf(wide(x[i]), wide(x[i]), sum);
    }
    sum = block_sum(sum);
    if (threadIdx.x == 0) {
        parts[blockIdx.x] = sum;
    }
}

// norm = sqrt(Σ parts), ascending. One thread.
extern "C" __global__ void NAMED(norm_of_parts)(const float* parts, float* norm, int count) {
    float sum = 0;
    for (int i = 0; i < count; i++) {
        sum += parts[i];
    }
    *norm = sqrtf(sum);
}

// Sets the flag, which must be 0 or 1, if any element is infinite or NaN. All who write write the same.
extern "C" __global__ void NAMED(find_non_finite)(const T* x, int* flag, int n) {
    for (int i = first_index(); i < n; i += index_stride()) {
        if (!isfinite(wide(x[i]))) {
            *flag = 1;
        }
    }
}

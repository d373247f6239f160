// Convolutions without padding, stride 1: x[N,C,H,W], w[O,C,K,K], y[N,O,H-K+1,W-K+1].
//
// Forward and weight gradient are implicit products: patches are read where they lie. Sums are as
// products.cuh says, over (channel, row, column of the kernel) forward and over (image, row, column of the
// output) in the weight gradient.
//
// The weight gradient's sum is long and its result small, so it is cut into slices of neighbouring k, one a
// blockIdx.z, and the slices' sums are added in ascending order in FP32. `…_arrival` adds them as they
// arrive, which is faster and not the same twice.
//
// The input gradient is an explicit product and a gathering: columns[n,oy,ox][c,ky,kx] = Σ_o dy·w in FP32,
// then dx[n,c,y,x] = Σ over (ky,kx), ascending, of the columns that used the pixel. No product with padding
// takes part, so an infinite weight does not make a NaN where it had no pixel.
#include "products.cuh"

struct Convolution {
    int images;
    int channels;
    int height; // of x
    int width;
    int outputs;
    int kernel;
};

__device__ inline int out_height(Convolution v) { return v.height - v.kernel + 1; }
__device__ inline int out_width(Convolution v) { return v.width - v.kernel + 1; }

// The index in x of a place of the kernel, seen from a place of the output.
__device__ inline int pixel(Convolution v, int position, int patch) {
    int ox = position % out_width(v);
    int oy = position / out_width(v) % out_height(v);
    int n = position / out_width(v) / out_height(v);
    int kx = patch % v.kernel;
    int ky = patch / v.kernel % v.kernel;
    int c = patch / v.kernel / v.kernel;
    return ((n * v.channels + c) * v.height + oy + ky) * v.width + ox + kx;
}

// The index in y of a channel at a place of the output.
__device__ inline int result(Convolution v, int position, int output) {
    int area = out_height(v) * out_width(v);
    return (position / area * v.outputs + output) * area + position % area;
}

__device__ inline int positions(Convolution v) { return v.images * out_height(v) * out_width(v); }
__device__ inline int patches(Convolution v) { return v.channels * v.kernel * v.kernel; }

template <class Cores>
__device__ void forward(const T* x, const T* w, const T* bias, T* y, Convolution v) {
    products<Cores>(
        positions(v), v.outputs, 0, patches(v),
        [=](int position, int patch) { return x[pixel(v, position, patch)]; },
        [=](int patch, int output) { return w[output * patches(v) + patch]; },
        [=](int position, int output, float sum) {
            y[result(v, position, output)] = narrow<T>(sum + wide(bias[output]));
        });
}

template <class Cores>
__device__ void columns_of(const T* dy, const T* w, float* columns, Convolution v) {
    products<Cores>(
        positions(v), patches(v), 0, v.outputs,
        [=](int position, int output) { return dy[result(v, position, output)]; },
        [=](int output, int patch) { return w[output * patches(v) + patch]; },
        [=](int position, int patch, float sum) { columns[position * patches(v) + patch] = sum; });
}

// Leaves the sum of slice blockIdx.z, `depth` long, to `store`.
template <class Cores, class Store>
__device__ void weight_grad(const T* x, const T* dy, int depth, Convolution v, Store store) {
    int from = blockIdx.z * depth;
    int to = min(from + depth, positions(v));
    products<Cores>(
        v.outputs, patches(v), from, to,
        [=](int output, int position) { return dy[result(v, position, output)]; },
        [=](int position, int patch) { return x[pixel(v, position, patch)]; },
        [=](int output, int patch, float sum) { store(output * patches(v) + patch, sum); });
}

#define KERNELS(NAME, CORES)                                                                                          \
    extern "C" __global__ void __launch_bounds__(THREADS)                                                             \
        NAMED(conv_##NAME)(const T* x, const T* w, const T* bias, T* y, Convolution v) {                              \
        forward<CORES>(x, w, bias, y, v);                                                                             \
    }                                                                                                                 \
    extern "C" __global__ void __launch_bounds__(THREADS)                                                             \
        NAMED(conv_columns_##NAME)(const T* dy, const T* w, float* columns, Convolution v) {                          \
        columns_of<CORES>(dy, w, columns, v);                                                                         \
    }                                                                                                                 \
    extern "C" __global__ void __launch_bounds__(THREADS)                                                             \
        NAMED(conv_weight_slices_##NAME)(const T* x, const T* dy, float* slices, int depth, Convolution v) {          \
        float* mine = slices + blockIdx.z * v.outputs * patches(v);                                                   \
        weight_grad<CORES>(x, dy, depth, v, [=](int i, float sum) { mine[i] = sum; });                                \
    }                                                                                                                 \
    extern "C" __global__ void __launch_bounds__(THREADS)                                                             \
        NAMED(conv_weight_arrival_##NAME)(const T* x, const T* dy, float* total, int depth, Convolution v) {          \
        weight_grad<CORES>(x, dy, depth, v, [=](int i, float sum) { atomicAdd(&total[i], sum); });                    \
    }

KERNELS(tensor, TensorCores)
KERNELS(plain, PlainCores)

// y[i] = Σ_s slices[s][i], ascending in s.
extern "C" __global__ void NAMED(sum_slices)(const float* slices, T* y, int count, int n) {
    for (int i = first_index(); i < n; i += index_stride()) {
        float sum = 0;
        for (int s = 0; s < count; s++) {
            sum += slices[s * n + i];
        }
        y[i] = narrow<T>(sum);
    }
}

extern "C" __global__ void NAMED(gather_columns)(const float* columns, T* dx, Convolution v) {
    int n = v.images * v.channels * v.height * v.width;
    for (int i = first_index(); i < n; i += index_stride()) {
        int px = i % v.width;
        int py = i / v.width % v.height;
        int c = i / v.width / v.height % v.channels;
        int image = i / v.width / v.height / v.channels;
        float sum = 0;
        for (int ky = 0; ky < v.kernel; ky++) {
            for (int kx = 0; kx < v.kernel; kx++) {
                int oy = py - ky;
                int ox = px - kx;
                if (oy >= 0 && oy < out_height(v) && ox >= 0 && ox < out_width(v)) {
                    int position = (image * out_height(v) + oy) * out_width(v) + ox;
                    sum += columns[position * patches(v) + (c * v.kernel + ky) * v.kernel + kx];
                }
            }
        }
        dx[i] = narrow<T>(sum);
    }
}

// What all kernels share.
//
// Every file is compiled once for each element type, with -DFP32, -DFP16 or -DBF16. T is that type; sums
// and products are FP32, without contraction but where fmaf says so, and a result is rounded to T once, to
// nearest even. Tensors are row-major. A grid may be of any size: a kernel strides over its elements.
#pragma once
#include <cuda_bf16.h>
#include <cuda_fp16.h>

// A kernel's name ends with the type, so that profilers and errors tell it.
#define JOINED(name, type) name##type
#if defined(FP16)
using T = __half;
#define NAMED(name) JOINED(name, _fp16)
#elif defined(BF16)
using T = __nv_bfloat16;
#define NAMED(name) JOINED(name, _bf16)
#else
using T = float;
#define NAMED(name) JOINED(name, _fp32)
#endif

__device__ inline float wide(float x) { return x; }
__device__ inline float wide(__half x) { return __half2float(x); }
__device__ inline float wide(__nv_bfloat16 x) { return __bfloat162float(x); }

template <class To>
__device__ inline To narrow(float x);
template <>
__device__ inline float narrow<float>(float x) {
    return x;
}
template <>
__device__ inline __half narrow<__half>(float x) {
    return __float2half_rn(x);
}
template <>
__device__ inline __nv_bfloat16 narrow<__nv_bfloat16>(float x) {
    return __float2bfloat16_rn(x);
}

// The larger of two numbers, for which NaN is larger than all; the first one on a tie.
__device__ inline bool exceeds(float x, float y) { return x > y || (isnan(x) && !isnan(y)); }

__device__ inline int first_index() { return blockIdx.x * blockDim.x + threadIdx.x; }
__device__ inline int index_stride() { return gridDim.x * blockDim.x; }

// Adds one value a thread over a block of 128: halves onto halves, in FP32. All threads take part and get
// the sum.
constexpr int SUMMING = 128;

__device__ inline float block_sum(float x) {
    __shared__ float parts[SUMMING];
    parts[threadIdx.x] = x;
    for (int half = SUMMING / 2; half > 0; half /= 2) {
        __syncthreads();
        if (threadIdx.x < half) {
            parts[threadIdx.x] += parts[threadIdx.x + half];
        }
    }
    __syncthreads();
    float sum = parts[0];
    __syncthreads(); // the next call writes
    return sum;
}

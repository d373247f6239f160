// What a CUDA compiler knows without an include, for g++. The sources are rewritten first (nvrtc/rewrite.h): the words
// __global__, __shared__ and __launch_bounds__ are gone when g++ compiles them, so none of them is defined here.
#pragma once
#include "kernel_abi.h"
#include "rounding.h"
#include <math.h>
#include <stdint.h>
#include <string.h>
#include <tuple>
#include <type_traits>
#include <utility>

#define __device__
#define __host__
#define __constant__ static const
#define __forceinline__ inline __attribute__((always_inline))
#define __noinline__ __attribute__((noinline))
#define __align__(n) alignas(n)
#define __restrict__ __restrict

// One of each in a library, however many sources it has. Hidden, so that libraries do not share them.
inline FakeThread fake_thread;
inline const FakeScheduler *fake_scheduler;
inline const FakeKernels *fake_first;

#define threadIdx (fake_thread.thread)
#define blockIdx (fake_thread.block)
#define blockDim (fake_thread.blockSize)
#define gridDim (fake_thread.grid)
constexpr int warpSize = 32;

typedef FakeDim uint3;
struct dim3 {
    unsigned x, y, z;
    constexpr dim3(unsigned x = 1, unsigned y = 1, unsigned z = 1) : x(x), y(y), z(z) {}
};
struct alignas(8) float2 {
    float x, y;
};
struct alignas(16) float4 {
    float x, y, z, w;
};
struct alignas(8) int2 {
    int x, y;
};
struct alignas(16) int4 {
    int x, y, z, w;
};
struct alignas(8) uint2 {
    unsigned x, y;
};
struct alignas(16) uint4 {
    unsigned x, y, z, w;
};
inline float2 make_float2(float x, float y) { return {x, y}; }
inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }
inline int2 make_int2(int x, int y) { return {x, y}; }
inline int4 make_int4(int x, int y, int z, int w) { return {x, y, z, w}; }
inline uint2 make_uint2(unsigned x, unsigned y) { return {x, y}; }
inline uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) { return {x, y, z, w}; }

#include "fake_shared.h"
#include "fake_warp.h"
#include "fake_math.h"
#include "fake_kernels.h"

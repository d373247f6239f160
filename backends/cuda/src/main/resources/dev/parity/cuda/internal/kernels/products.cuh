// Matrix products that two files share: C[row,column] = Σ_k A(row,k) · B(k,column), where A and B are read
// by functions, so that a convolution need not lay out its patches.
//
// A block of 128 threads has 32×32 results and takes 16 k at a time through shared memory; what lies
// outside a matrix is 0. k ascends. In FP16 and BF16, and in FP32 as TF32, each of the four warps has 16×16
// results on a tensor core, which sums 16 products (TF32: 8) in its own order and adds them to the sum so
// far; operands become TF32 to nearest, ties away. In plain FP32 a chain of fused
// multiply-adds sums 16 products in ascending k, and the chains are added up in ascending k.
#pragma once
#include "parity.cuh"
#include <mma.h>

constexpr int EDGE = 32;
constexpr int DEPTH = 16;
constexpr int THREADS = 128;

// The results of a warp: 16×16, on a tensor core.
struct TensorCores {
#if defined(FP16) || defined(BF16)
    static constexpr int K = 16;
    using Operand = T;
#else
    static constexpr int K = 8;
    using Operand = nvcuda::wmma::precision::tf32;
#endif
    nvcuda::wmma::fragment<nvcuda::wmma::accumulator, 16, 16, K, float> sum;

    __device__ TensorCores() { nvcuda::wmma::fill_fragment(sum, 0.0f); }

    __device__ static int row() { return threadIdx.x / 64 * 16; }
    __device__ static int column() { return threadIdx.x / 32 % 2 * 16; }

    template <class Fragment>
    __device__ static void round(Fragment& fragment) {
#if !defined(FP16) && !defined(BF16)
        for (int i = 0; i < fragment.num_elements; i++) {
            fragment.x[i] = nvcuda::wmma::__float_to_tf32(fragment.x[i]);
        }
#endif
    }

    __device__ void add(const T (*a)[DEPTH], const T (*b)[EDGE]) {
        namespace wmma = nvcuda::wmma;
        for (int k = 0; k < DEPTH; k += K) {
            wmma::fragment<wmma::matrix_a, 16, 16, K, Operand, wmma::row_major> left;
            wmma::fragment<wmma::matrix_b, 16, 16, K, Operand, wmma::row_major> right;
            wmma::load_matrix_sync(left, &a[row()][k], DEPTH);
            wmma::load_matrix_sync(right, &b[k][column()], EDGE);
            round(left);
            round(right);
            wmma::mma_sync(sum, left, right, sum);
        }
    }

    __device__ void store(float (*c)[EDGE]) {
        nvcuda::wmma::store_matrix_sync(&c[row()][column()], sum, EDGE, nvcuda::wmma::mem_row_major);
    }
};

// The results of a thread: every fourth row of a column.
struct PlainCores {
    static constexpr int ROWS = EDGE * EDGE / THREADS;
    float sum[ROWS] = {};

    __device__ static int row(int i) { return threadIdx.x / EDGE + i * (THREADS / EDGE); }

    __device__ void add(const T (*a)[DEPTH], const T (*b)[EDGE]) {
        int column = threadIdx.x % EDGE;
        float part[ROWS] = {};
        for (int k = 0; k < DEPTH; k++) {
            float right = wide(b[k][column]);
            for (int i = 0; i < ROWS; i++) {
                part[i] = fmaf(wide(a[row(i)][k]), right, part[i]);
            }
        }
        for (int i = 0; i < ROWS; i++) {
            sum[i] += part[i];
        }
    }

    __device__ void store(float (*c)[EDGE]) {
        for (int i = 0; i < ROWS; i++) {
            c[row(i)][threadIdx.x % EDGE] = sum[i];
        }
    }
};

// Computes the block's 32×32 results for k in [from, to): blockIdx.x counts columns, blockIdx.y rows.
//
// left(row, k) and right(k, column) give operands, store(row, column, sum) takes results.
template <class Cores, class Left, class Right, class Store>
__device__ void products(int rows, int columns, int from, int to, Left left, Right right, Store store) {
    alignas(128) __shared__ T a[EDGE][DEPTH];
    alignas(128) __shared__ T b[DEPTH][EDGE];
    alignas(128) __shared__ float c[EDGE][EDGE];
    int top = blockIdx.y * EDGE;
    int start = blockIdx.x * EDGE;
    Cores cores;
    for (int k0 = from; k0 < to; k0 += DEPTH) {
        for (int i = threadIdx.x; i < EDGE * DEPTH; i += THREADS) {
            int row = top + i / DEPTH;
            int k = k0 + i % DEPTH;
            a[i / DEPTH][i % DEPTH] = row < rows && k < to ? left(row, k) : narrow<T>(0.0f);
        }
        for (int i = threadIdx.x; i < EDGE * DEPTH; i += THREADS) {
            int k = k0 + i / EDGE;
            int column = start + i % EDGE;
            b[i / EDGE][i % EDGE] = k < to && column < columns ? right(k, column) : narrow<T>(0.0f);
        }
        __syncthreads();
        cores.add(a, b);
        __syncthreads();
    }
    cores.store(c);
    __syncthreads();
    for (int i = threadIdx.x; i < EDGE * EDGE; i += THREADS) {
        int row = top + i / EDGE;
        int column = start + i % EDGE;
        if (row < rows && column < columns) {
            store(row, column, c[i / EDGE][i % EDGE]);
        }
    }
}

// Tensor-core fragments for g++. A product of two operands is exact; products are added in binary64, in ascending k and
// starting from the accumulator, and the sum is rounded once to float. No tensor core adds so: results over this header
// say nothing about a device's bits.
#pragma once
#include "cuda_bf16.h"
#include "cuda_fp16.h"

namespace nvcuda {
namespace wmma {

struct matrix_a;
struct matrix_b;
struct accumulator;
struct row_major;
struct col_major;
enum layout_t { mem_row_major, mem_col_major };

namespace precision {
struct tf32;
} // namespace precision

template <class T> struct Storage {
    typedef T type;
};
template <> struct Storage<precision::tf32> {
    typedef float type;
};

/// A lane's part of a tile: of its elements in row-major order, one in 32.
template <class Use, int M, int N, int K, class T, class Layout = void> struct fragment {
    static constexpr int rows = std::is_same_v<Use, matrix_b> ? K : M;
    static constexpr int columns = std::is_same_v<Use, matrix_a> ? K : N;
    static constexpr int num_elements = rows * columns / 32;
    static constexpr bool isRowMajor = std::is_same_v<Layout, row_major>;
    typedef typename Storage<T>::type element_type;
    element_type x[num_elements];
};

/// Rounds to 10 binary digits behind the point, to nearest, ties away from zero.
inline float __float_to_tf32(float value) {
    uint32_t code = fake::bits<uint32_t>(value);
    return isfinite(value) ? fake::bits<float>((code + 0x1000) & ~0x1FFFu) : value;
}

namespace detail {

constexpr int LANES = 32;

/// Refuses what a device may read wrongly: addresses not on 32 bytes, rows not on 16 bytes.
template <class E> void check(const E *at, unsigned stride) {
    if (reinterpret_cast<uintptr_t>(at) % 32 != 0) {
        fake_scheduler->trap("wmma: address of a tile is not a multiple of 32 bytes");
    }
    if (stride * sizeof(E) % 16 != 0) {
        fake_scheduler->trap("wmma: stride of a tile is not a multiple of 16 bytes");
    }
}

template <class F> size_t offset(int element, unsigned stride, bool rowMajor) {
    int index = element * LANES + fake::lane();
    size_t row = index / F::columns;
    size_t column = index % F::columns;
    return rowMajor ? row * stride + column : column * stride + row;
}

template <class F, class E> void load(F &fragment, const E *at, unsigned stride, bool rowMajor) {
    check(at, stride);
    for (int element = 0; element < F::num_elements; element++) {
        fragment.x[element] = at[offset<F>(element, stride, rowMajor)];
    }
}

template <class T> double operand(typename Storage<T>::type value) {
    if (std::is_same_v<T, precision::tf32>) { // digits that a program left there are cut off
        return fake::bits<float>(fake::bits<uint32_t>(static_cast<float>(value)) & ~0x1FFFu);
    }
    return static_cast<float>(value);
}

/// What a lane hands to an mma: its part of each tile.
template <class D, class A, class B> struct Tiles {
    D *d;
    const A *a;
    const B *b;
    const D *c;
};

template <int M, int N, int K, class T, class D, class A, class B> void multiply(void **lanes) {
    double a[M * K], b[K * N], sum[M * N];
    for (int lane = 0; lane < LANES; lane++) {
        auto *tiles = static_cast<const Tiles<D, A, B> *>(lanes[lane]);
        if (tiles == nullptr) {
            fake_scheduler->trap("wmma: a warp of fewer than 32 threads");
        }
        for (int element = 0; element < A::num_elements; element++) {
            a[element * LANES + lane] = operand<T>(tiles->a->x[element]);
        }
        for (int element = 0; element < B::num_elements; element++) {
            b[element * LANES + lane] = operand<T>(tiles->b->x[element]);
        }
        for (int element = 0; element < D::num_elements; element++) {
            sum[element * LANES + lane] = tiles->c->x[element];
        }
    }
    for (int i = 0; i < M; i++) {
        for (int k = 0; k < K; k++) {
            for (int j = 0; j < N; j++) {
                sum[i * N + j] += a[i * K + k] * b[k * N + j];
            }
        }
    }
    for (int lane = 0; lane < LANES; lane++) {
        auto *tiles = static_cast<const Tiles<D, A, B> *>(lanes[lane]);
        for (int element = 0; element < D::num_elements; element++) {
            tiles->d->x[element] = static_cast<float>(sum[element * LANES + lane]);
        }
    }
}

} // namespace detail

template <class Use, int M, int N, int K, class T, class L, class V>
void fill_fragment(fragment<Use, M, N, K, T, L> &to, const V &value) {
    for (auto &element : to.x) {
        element = value;
    }
}

// Loads and stores do not wait for the other lanes: what only their meeting would order is a missing __syncwarp.
template <class Use, int M, int N, int K, class T, class L, class E>
void load_matrix_sync(fragment<Use, M, N, K, T, L> &to, const E *from, unsigned stride) {
    detail::load(to, from, stride, to.isRowMajor);
}

template <int M, int N, int K, class T>
void load_matrix_sync(fragment<accumulator, M, N, K, T> &to, const T *from, unsigned stride, layout_t layout) {
    detail::load(to, from, stride, layout == mem_row_major);
}

template <int M, int N, int K, class T>
void store_matrix_sync(T *to, const fragment<accumulator, M, N, K, T> &from, unsigned stride, layout_t layout) {
    typedef fragment<accumulator, M, N, K, T> F;
    detail::check(to, stride);
    for (int element = 0; element < F::num_elements; element++) {
        to[detail::offset<F>(element, stride, layout == mem_row_major)] = from.x[element];
    }
}

template <int M, int N, int K, class T, class LA, class LB>
void mma_sync(fragment<accumulator, M, N, K, float> &d, const fragment<matrix_a, M, N, K, T, LA> &a,
              const fragment<matrix_b, M, N, K, T, LB> &b, const fragment<accumulator, M, N, K, float> &c) {
    typedef fragment<accumulator, M, N, K, float> D;
    typedef fragment<matrix_a, M, N, K, T, LA> A;
    typedef fragment<matrix_b, M, N, K, T, LB> B;
    detail::Tiles<D, A, B> mine{&d, &a, &b, &c};
    fake_scheduler->warp(~0u, detail::multiply<M, N, K, T, D, A, B>, &mine);
}

} // namespace wmma
} // namespace nvcuda

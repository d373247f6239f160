// C = op(A)·op(B) + bias, one matrix a blockIdx.z. The sum is as products.cuh says; the bias, if there is
// one, is added to it in FP32 before the one rounding.
#include "products.cuh"

struct Matrices {
    int rows;
    int inner;
    int columns;
    int transpose_a; // A is [inner, rows]
    int transpose_b; // B is [columns, inner]
};

template <class Cores>
__device__ void multiply(const T* a, const T* b, const T* bias, T* c, Matrices m) {
    a += blockIdx.z * m.rows * m.inner;
    b += blockIdx.z * m.inner * m.columns;
    c += blockIdx.z * m.rows * m.columns;
    const T* shift = bias ? bias + blockIdx.z * m.columns : nullptr;
    products<Cores>(
        m.rows, m.columns, 0, m.inner,
        [=](int row, int k) { return m.transpose_a ? a[k * m.rows + row] : a[row * m.inner + k]; },
        [=](int k, int column) { return m.transpose_b ? b[column * m.inner + k] : b[k * m.columns + column]; },
        [=](int row, int column, float sum) {
            c[row * m.columns + column] = narrow<T>(shift ? sum + wide(shift[column]) : sum);
        });
}

extern "C" __global__ void __launch_bounds__(THREADS)
    NAMED(matmul_tensor)(const T* a, const T* b, const T* bias, T* c, Matrices m) {
    multiply<TensorCores>(a, b, bias, c, m);
}

extern "C" __global__ void __launch_bounds__(THREADS)
    NAMED(matmul_plain)(const T* a, const T* b, const T* bias, T* c, Matrices m) {
    multiply<PlainCores>(a, b, bias, c, m);
}

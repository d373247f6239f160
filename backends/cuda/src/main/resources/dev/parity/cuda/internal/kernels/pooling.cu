// Largest values of windows side by side. Nothing is summed. The first element of a window in row-major
// order wins a tie, NaN wins over all. A thread has a window.
#include "parity.cuh"

// The index of the winner of a window of x[…,height,width].
__device__ inline int winner(const T* x, int window, int height, int width, int i) {
    int columns = width / window;
    int rows = height / window;
    int corner = i / columns / rows * height * width + i / columns % rows * window * width + i % columns * window;
    int best = corner;
    for (int y = 0; y < window; y++) {
        for (int j = 0; j < window; j++) {
            int at = corner + y * width + j;
            if (exceeds(wide(x[at]), wide(x[best]))) {
                best = at;
            }
        }
    }
    return best;
}

extern "C" __global__ void NAMED(max_pool)(const T* x, T* y, int window, int height, int width, int windows) {
    for (int i = first_index(); i < windows; i += index_stride()) {
        y[i] = x[winner(x, window, height, width, i)];
    }
}

// dx must be zero.
extern "C" __global__ void NAMED(max_pool_grad)(const T* dy, const T* x, T* dx, int window, int height, int width, int windows) {
    for (int i = first_index(); i < windows; i += index_stride()) {
        dx[winner(x, window, height, width, i)] = dy[i];
    }
}

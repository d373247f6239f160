// Softmax, cross entropy and the prediction. A thread has a row and adds in ascending order of its columns.
#include "parity.cuh"

__device__ inline float largest(const T* row, int columns) {
    float best = wide(row[0]);
    for (int j = 1; j < columns; j++) {
        best = exceeds(wide(row[j]), best) ? wide(row[j]) : best;
    }
    return best;
}

// Σ exp(x - largest)
__device__ inline float exponentials(const T* row, int columns, float largest) {
    float sum = 0;
    for (int j = 0; j < columns; j++) {
        sum += expf(wide(row[j]) - largest);
    }
    return sum;
}

extern "C" __global__ void NAMED(softmax)(const T* x, T* y, int columns, int rows) {
    for (int r = first_index(); r < rows; r += index_stride()) {
        const T* row = x + r * columns;
        float most = largest(row, columns);
        float sum = exponentials(row, columns, most);
        for (int j = 0; j < columns; j++) {
            y[r * columns + j] = narrow<T>(expf(wide(row[j]) - most) / sum);
        }
    }
}

// dx = y·(dy - Σ dy·y), the sum a chain of fused multiply-adds
extern "C" __global__ void NAMED(softmax_grad)(const T* dy, const T* y, T* dx, int columns, int rows) {
    for (int r = first_index(); r < rows; r += index_stride()) {
        float dot = 0;
        for (int j = r * columns; j < (r + 1) * columns; j++) {
            dot = fmaf(wide(dy[j]), wide(y[j]), dot);
        }
        for (int j = r * columns; j < (r + 1) * columns; j++) {
            dx[j] = narrow<T>(wide(y[j]) * (wide(dy[j]) - dot));
        }
    }
}

// losses[s] = log Σ exp(x[s]) - x[s, label]
extern "C" __global__ void NAMED(row_losses)(const T* x, const int* labels, float* losses, int columns, int rows) {
    for (int r = first_index(); r < rows; r += index_stride()) {
        const T* row = x + r * columns;
        float most = largest(row, columns);
        losses[r] = most + logf(exponentials(row, columns, most)) - wide(row[labels[r]]);
    }
}

// y = Σ losses / rows: every 128th row a thread, ascending, then halves onto halves. One block of 128.
extern "C" __global__ void NAMED(mean_loss)(const float* losses, T* y, int rows) {
    float sum = 0;
    for (int r = threadIdx.x; r < rows; r += SUMMING) {
        sum += losses[r];
    }
    sum = block_sum(sum);
    if (threadIdx.x == 0) {
        *y = narrow<T>(sum / rows);
    }
}

// dx = dloss·(softmax(x) - onehot) / rows
extern "C" __global__ void NAMED(cross_entropy_grad)(
    const T* dloss, const T* x, const int* labels, T* dx, int columns, int rows) {
    for (int r = first_index(); r < rows; r += index_stride()) {
        const T* row = x + r * columns;
        float most = largest(row, columns);
        float sum = exponentials(row, columns, most);
        for (int j = 0; j < columns; j++) {
            float share = expf(wide(row[j]) - most) / sum;
            dx[r * columns + j] = narrow<T>(wide(*dloss) * (share - (j == labels[r] ? 1.0f : 0.0f)) / rows);
        }
    }
}

extern "C" __global__ void NAMED(arg_max)(const T* x, int* y, int columns, int rows) {
    for (int r = first_index(); r < rows; r += index_stride()) {
        int best = 0;
        for (int j = 1; j < columns; j++) {
            best = exceeds(wide(x[r * columns + j]), wide(x[r * columns + best])) ? j : best;
        }
        y[r] = best;
    }
}

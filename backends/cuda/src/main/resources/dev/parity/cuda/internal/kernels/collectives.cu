// Reductions over ranks that are streams of one device: every rank reads the others' tensors where they lie.
#include "parity.cuh"

constexpr int RANKS = 32;

struct Peers {
    const void* tensors[RANKS];
};

// A message of `length` elements is cut into one chunk a rank; chunk c starts with rank c+1 and ends with
// rank c, and every sum is rounded to T, as in a ring of NCCL. The tensor has n elements of the message,
// from `before` on.
extern "C" __global__ void NAMED(sum_ranks)(Peers peers, T* y, int ranks, int before, int length, int n) {
    int chunk = (length + ranks - 1) / ranks;
    for (int i = first_index(); i < n; i += index_stride()) {
        int place = (before + i) / chunk;
        T sum = static_cast<const T*>(peers.tensors[(place + 1) % ranks])[i];
        for (int hop = 2; hop <= ranks; hop++) {
            sum = narrow<T>(wide(sum) + wide(static_cast<const T*>(peers.tensors[(place + hop) % ranks])[i]));
        }
        y[i] = sum;
    }
}

extern "C" __global__ void NAMED(max_ranks)(Peers peers, T* y, int ranks, int n) {
    for (int i = first_index(); i < n; i += index_stride()) {
        T best = static_cast<const T*>(peers.tensors[0])[i];
        for (int r = 1; r < ranks; r++) {
            T other = static_cast<const T*>(peers.tensors[r])[i];
            best = exceeds(wide(other), wide(best)) ? other : best;
        }
        y[i] = best;
    }
}

extern "C" __global__ void NAMED(sum_ranks_int32)(Peers peers, int* y, int ranks, int n) {
    for (int i = first_index(); i < n; i += index_stride()) {
        int sum = 0;
        for (int r = 0; r < ranks; r++) {
            sum += static_cast<const int*>(peers.tensors[r])[i];
        }
        y[i] = sum;
    }
}

extern "C" __global__ void NAMED(max_ranks_int32)(Peers peers, int* y, int ranks, int n) {
    for (int i = first_index(); i < n; i += index_stride()) {
        int best = static_cast<const int*>(peers.tensors[0])[i];
        for (int r = 1; r < ranks; r++) {
            best = max(best, static_cast<const int*>(peers.tensors[r])[i]);
        }
        y[i] = best;
    }
}

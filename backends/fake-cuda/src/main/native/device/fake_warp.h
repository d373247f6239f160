// Barriers, warp operations and atomics.
#pragma once

inline void __syncthreads() { fake_scheduler->syncBlock(); }
inline void __syncwarp(unsigned mask = ~0u) { fake_scheduler->warp(mask, nullptr, nullptr); }
inline void __threadfence() {}
inline void __threadfence_block() {}
inline void __trap() { fake_scheduler->trap("__trap()"); }

namespace fake {

/// One lane's part in a shuffle: what it gives, whose it wants, what it gets.
template <class T> struct Shuffle {
    T given;
    int source; // lane
    T got;
};

/// Called once, when all lanes have come. A lane that the block does not have gives NaNs.
template <class T> void shuffle(void **lanes) {
    for (int lane = 0; lane < warpSize; lane++) {
        if (auto *mine = static_cast<Shuffle<T> *>(lanes[lane])) {
            if (auto *other = static_cast<Shuffle<T> *>(lanes[mine->source])) {
                mine->got = other->given;
            } else {
                memset(reinterpret_cast<void *>(&mine->got), 0xFF, sizeof mine->got);
            }
        }
    }
}

inline int lane() { return fake_thread.linear % warpSize; }

template <class T> T shuffled(unsigned mask, T value, int source) {
    Shuffle<T> mine{value, source, value};
    fake_scheduler->warp(mask, shuffle<T>, &mine);
    return mine.got;
}

struct Vote {
    bool mine;
    unsigned all, masked; // bits of the lanes that say true, and of those that came
};

inline void count(void **lanes) {
    unsigned all = 0;
    unsigned masked = 0;
    for (int lane = 0; lane < warpSize; lane++) {
        if (auto *vote = static_cast<Vote *>(lanes[lane])) {
            masked |= 1u << lane;
            all |= static_cast<unsigned>(vote->mine) << lane;
        }
    }
    for (int lane = 0; lane < warpSize; lane++) {
        if (auto *vote = static_cast<Vote *>(lanes[lane])) {
            vote->all = all;
            vote->masked = masked;
        }
    }
}

inline Vote vote(unsigned mask, bool mine) {
    Vote vote{mine, 0, 0};
    fake_scheduler->warp(mask, count, &vote);
    return vote;
}

} // namespace fake

template <class T> inline T __shfl_sync(unsigned mask, T value, int source, int width = 32) {
    return fake::shuffled(mask, value, (fake::lane() & -width) | (source & (width - 1)));
}
template <class T> inline T __shfl_up_sync(unsigned mask, T value, unsigned distance, int width = 32) {
    int lane = fake::lane();
    int source = lane - static_cast<int>(distance);
    return fake::shuffled(mask, value, source < (lane & -width) ? lane : source);
}
template <class T> inline T __shfl_down_sync(unsigned mask, T value, unsigned distance, int width = 32) {
    int lane = fake::lane();
    int source = lane + static_cast<int>(distance);
    return fake::shuffled(mask, value, source > (lane | (width - 1)) ? lane : source);
}
template <class T> inline T __shfl_xor_sync(unsigned mask, T value, int bits, int width = 32) {
    int lane = fake::lane();
    int source = lane ^ bits;
    return fake::shuffled(mask, value, source > (lane | (width - 1)) ? lane : source);
}
inline unsigned __ballot_sync(unsigned mask, int predicate) { return fake::vote(mask, predicate != 0).all; }
inline int __any_sync(unsigned mask, int predicate) { return fake::vote(mask, predicate != 0).all != 0; }
inline int __all_sync(unsigned mask, int predicate) {
    fake::Vote vote = fake::vote(mask, predicate != 0);
    return vote.all == vote.masked;
}
inline int __popc(unsigned bits) { return __builtin_popcount(bits); }
inline int __ffs(int bits) { return __builtin_ffs(bits); }
inline int __clz(int bits) { return bits == 0 ? 32 : __builtin_clz(static_cast<unsigned>(bits)); }

// Threads take turns only where they wait, so a plain exchange is atomic.
template <class T, class V> inline T atomicExch(T *at, V value) {
    T before = *at;
    *at = static_cast<T>(value);
    return before;
}
template <class T, class V> inline T atomicAdd(T *at, V value) {
    return atomicExch(at, *at + static_cast<T>(value));
}
template <class T, class V> inline T atomicMax(T *at, V value) {
    return atomicExch(at, *at < static_cast<T>(value) ? static_cast<T>(value) : *at);
}
template <class T, class V> inline T atomicMin(T *at, V value) {
    return atomicExch(at, static_cast<T>(value) < *at ? static_cast<T>(value) : *at);
}
template <class T, class V> inline T atomicOr(T *at, V value) { return atomicExch(at, *at | static_cast<T>(value)); }
template <class T, class V> inline T atomicAnd(T *at, V value) { return atomicExch(at, *at & static_cast<T>(value)); }
template <class T, class V> inline T atomicCAS(T *at, V expected, V value) {
    T before = *at;
    if (before == static_cast<T>(expected)) {
        *at = static_cast<T>(value);
    }
    return before;
}
template <class T> inline T __ldg(const T *at) { return *at; }

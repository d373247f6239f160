// Shared memory. `__shared__ T a[n];` was rewritten to a static variable and a call of poison; `extern __shared__ T a[];`
// to a pointer that starts as the block's dynamic shared memory.
#pragma once

namespace fake {

/// Fills a shared variable with NaNs when the first thread of a block comes to its declaration, so that nothing can
/// count on zeros or on what the block before left there.
template <class T> inline void poison(T &variable, uint64_t &poisonedFor) {
    if (poisonedFor != fake_thread.blockSerial) {
        poisonedFor = fake_thread.blockSerial;
        memset((void *)&variable, 0xFF, sizeof variable);
    }
}

struct DynamicShared {
    template <class T> operator T *() const { return reinterpret_cast<T *>(fake_thread.dynamicShared); }
};

} // namespace fake

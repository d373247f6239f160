// Stacks that take turns on one thread. x86-64, System V calling convention.
#pragma once

namespace fake {

class Fiber {
public:
    /// @param entry never returns
    explicit Fiber(void (*entry)());
    Fiber(const Fiber &) = delete;
    ~Fiber();

    /// Forgets what ran here: the next resume() starts at the entry.
    void restart();

    /// Goes on with this fiber until it suspends itself. Called outside of fibers only.
    void resume();

    /// Goes back to whoever resumed this fiber. Called on this fiber only.
    void suspend();

    /// To be called first in the entry.
    void started();

    bool guards(const void *address) const;

private:
    void (*const entry)();
    char *memory;            // guard pages, then the stack
    unsigned long offset;    // of the first frame from the stack's end
    void *pointer = nullptr; // stack pointer while suspended
    void *outside = nullptr; // of whoever resumed
    // for the address sanitizer
    void *fakeStack = nullptr;
    const void *outsideBottom = nullptr;
    unsigned long outsideSize = 0;
};

} // namespace fake

#include "fiber.h"
#include <cstdint>
#include <cstdlib>
#include <sys/mman.h>
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

namespace fake {
namespace {

constexpr size_t GUARD = 1 << 20; // more than a thread's local variables may take on a device
#if defined(__SANITIZE_ADDRESS__)
constexpr size_t STACK = 1 << 20; // red zones around every variable
#else
constexpr size_t STACK = 192 << 10;
#endif

// Stacks start at different places of their pages: those of a block's threads would share few sets of the caches.
constexpr size_t STAGGER = 1216;
constexpr size_t STAGGERED = 64 << 10;

// Saves the callee-saved registers and swaps the stacks. A jump, because the processor would predict a return wrongly. Kernels leave the floating-point control words alone.
extern "C" void fake_switch(void **save, void *to);
asm(R"(
.text
.local fake_switch
.type fake_switch,@function
fake_switch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  popq %rcx
  jmp *%rcx
.size fake_switch,.-fake_switch
)");

} // namespace

Fiber::Fiber(void (*entry)()) : entry(entry) {
    void *mapped =
        mmap(nullptr, GUARD + STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapped == MAP_FAILED || mprotect(mapped, GUARD, PROT_NONE) != 0) {
        abort(); // a test machine without 192 KiB to spare
    }
    memory = static_cast<char *>(mapped);
    static size_t fibers = 0;
    offset = fibers++ * STAGGER % STAGGERED;
    restart();
}

Fiber::~Fiber() {
    munmap(memory, GUARD + STACK);
}

void Fiber::restart() {
#if defined(__SANITIZE_ADDRESS__)
    __asan_unpoison_memory_region(memory + GUARD, STACK);
    fakeStack = nullptr;
#endif
    auto *top = reinterpret_cast<uint64_t *>(memory + GUARD + STACK - offset);
    *--top = 0; // the entry's return address, never used; keeps its stack aligned as a call would
    *--top = reinterpret_cast<uint64_t>(entry);
    for (int saved = 0; saved < 6; saved++) {
        *--top = 0;
    }
    pointer = top;
}

void Fiber::resume() {
#if defined(__SANITIZE_ADDRESS__)
    void *mine = nullptr;
    __sanitizer_start_switch_fiber(&mine, memory + GUARD, STACK);
    fake_switch(&outside, pointer);
    __sanitizer_finish_switch_fiber(mine, nullptr, nullptr);
#else
    fake_switch(&outside, pointer);
#endif
}

void Fiber::suspend() {
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_start_switch_fiber(&fakeStack, outsideBottom, outsideSize);
    fake_switch(&pointer, outside);
    __sanitizer_finish_switch_fiber(fakeStack, &outsideBottom, &outsideSize);
#else
    fake_switch(&pointer, outside);
#endif
}

void Fiber::started() {
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(fakeStack, &outsideBottom, &outsideSize);
#endif
}

bool Fiber::guards(const void *address) const {
    const char *at = static_cast<const char *>(address);
    return at >= memory && at < memory + GUARD;
}

} // namespace fake

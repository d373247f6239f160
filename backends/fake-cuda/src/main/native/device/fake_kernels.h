// The table of a source's kernels, which the rewriter writes below the source.
#pragma once

namespace fake {

/// A kernel by its function type: the sizes of its parameters and a call that takes them from an array of addresses.
template <class F> struct Signature;
template <class... A> struct Signature<void (*)(A...)> {
    static constexpr uint32_t count = sizeof...(A);
    static constexpr uint32_t sizes[] = {static_cast<uint32_t>(sizeof(A))..., 0};

    template <void (*kernel)(A...), size_t... I> static void spread(void **parameters, std::index_sequence<I...>) {
        (void)parameters;
        kernel(*static_cast<std::remove_const_t<A> *>(parameters[I])...);
    }
    template <void (*kernel)(A...)> static void call(void **parameters) {
        spread<kernel>(parameters, std::index_sequence_for<A...>());
    }
};

/// @param maxThreads of __launch_bounds__, 0 if it has none
template <auto *kernel> constexpr FakeKernel entry(const char *name, uint32_t maxThreads) {
    typedef Signature<decltype(kernel)> S;
    return {name, maxThreads, S::count, S::sizes, S::template call<kernel>};
}

/// Puts a source's kernels into its library's list as the library is loaded.
struct Source {
    FakeKernels kernels;

    Source(const FakeKernel *table, size_t count)
        : kernels{fake_first, static_cast<uint32_t>(count), table, &fake_thread, &fake_scheduler} {
        fake_first = &kernels;
    }
};

} // namespace fake

extern "C" __attribute__((visibility("default"), used)) inline const FakeKernels *fake_kernels() { return fake_first; }

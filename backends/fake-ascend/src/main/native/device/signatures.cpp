// The types of all functions, as letters, and a function of each type that tells what arguments it got.
#include "../abi/cann.h"
#include "state.h"
#include "world.h"
#include <type_traits>

namespace fake {

static std::string last;

std::string echoed() { return last; }

template <class T> static std::string letter() {
    if (std::is_pointer<T>::value) return "A";
    if (std::is_same<T, bool>::value) return "Z";
    if (std::is_same<T, float>::value) return "F";
    if (std::is_same<T, double>::value) return "D";
    if (std::is_union<T>::value) return "{I}";
    if (sizeof(T) == sizeof(int8_t)) return "B";
    if (sizeof(T) == sizeof(int16_t)) return "S";
    return sizeof(T) == sizeof(int32_t) ? "I" : "J";
}

template <class T> static std::string argument(T value) {
    if constexpr (std::is_union<T>::value) {
        return std::to_string(value.value);
    } else if constexpr (std::is_pointer<T>::value) {
        return std::to_string(reinterpret_cast<int64_t>(value));
    } else {
        return std::to_string(static_cast<int64_t>(value));
    }
}

template <class F> struct Signature;

template <class R, class... A> struct Signature<R (*)(A...)> {
    static std::string letters() { return letter<R>() + "(" + (letter<A>() + ... + std::string()) + ")"; }

    static R echo(A... arguments) {
        Lock lock(state.lock);
        last.clear();
        ((last += argument(arguments) + "\n"), ...);
        if constexpr (std::is_pointer<R>::value) {
            return reinterpret_cast<R>(RETURNED);
        } else {
            return static_cast<R>(RETURNED);
        }
    }

    static constexpr uint64_t RETURNED = 123456789;
};

struct Entry {
    const char *name;
    std::string letters;
    void *echo;
};

template <class F> static Entry entry(const char *name, F) {
    return {name, Signature<F>::letters(), reinterpret_cast<void *>(&Signature<F>::echo)};
}

static const std::vector<Entry> &entries() {
    static const std::vector<Entry> all = {
#define FUNCTION(name) entry(#name, static_cast<decltype(&name)>(nullptr)),
#include "functions.inc"
    };
    return all;
}

std::string signatures() {
    std::string text;
    for (const Entry &entry : entries()) text += std::string(entry.name) + "\t" + entry.letters + "\n";
    return text;
}

} // namespace fake

/// A function of the named one's type that notes its arguments and gives 123456789, or null.
extern "C" void *fakeascend_echo(const char *name) {
    for (const fake::Entry &entry : fake::entries()) {
        if (std::string(name) == entry.name) return entry.echo;
    }
    return nullptr;
}

// Objects that a library hands out and takes back.
#pragma once
#include "library.h"
#include <initializer_list>
#include <map>
#include <memory>

namespace fake {

class Objects {
public:
    /// @param refusal the library's status for a handle that is none
    explicit Objects(int refusal) : refusal(refusal) {}

    /// An entry point that makes a T, of whose kind live objects are counted.
    template <class T, class... A> int create(const char *function, T **handle, A... arguments) {
        return libraryCall(function, [=]() -> int {
            if (handle == nullptr) {
                return refusal;
            }
            auto made = std::make_shared<T>(arguments...);
            live[made.get()] = made;
            born(made.get(), T::KIND, "");
            *handle = made.get();
            return 0;
        });
    }

    /// An entry point that takes an object back.
    int destroy(const char *function, const void *handle) {
        return libraryCall(function, [=]() -> int {
            gone(handle);
            return live.erase(handle) == 0 ? refusal : 0;
        });
    }

    /// Whether all handles are of live objects.
    bool known(std::initializer_list<const void *> handles) const {
        for (const void *handle : handles) {
            if (live.count(handle) == 0) {
                return false;
            }
        }
        return true;
    }

private:
    const int refusal;
    std::map<const void *, std::shared_ptr<void>> live;
};

} // namespace fake

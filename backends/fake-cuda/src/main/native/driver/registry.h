// What is alive: memory, streams, modules and all else that a program has to give back.
#pragma once
#include <cstddef>
#include <map>
#include <memory>
#include <string>

namespace fake {

struct Live {
    std::string kind; // "allocation", "stream", …
    std::string name; // what tells it from others of its kind
    size_t bytes;
    std::shared_ptr<void> object;
};

/// By handle. Guarded by the driver's lock. Never destroyed, because threads may run until the process has ended.
extern std::map<const void *, Live> &registry;

/// Notes a new object.
///
/// @return its handle
template <class T> T *enroll(std::shared_ptr<T> object, size_t bytes = 0, const std::string &name = "") {
    T *handle = object.get();
    registry[handle] = {T::KIND, name, bytes, object};
    return handle;
}

/// @return the object, or null if the handle is not of a live object of its kind
template <class T> std::shared_ptr<T> find(const T *handle) {
    auto found = registry.find(handle);
    return found == registry.end() || found->second.kind != T::KIND
               ? nullptr
               : std::static_pointer_cast<T>(found->second.object);
}

} // namespace fake

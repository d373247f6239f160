// The state that all fakes of a process share: settings, calls, errors and objects.
#pragma once
#include "settings.h"
#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace fake {

/// What has a handle. It stays when it was destroyed, so that its later use is seen.
struct Object {
    virtual ~Object() = default;
    const char *kind = "";
    std::string name;
    size_t bytes = 0;
    bool destroyed = false;
};

struct State {
    std::recursive_mutex lock;
    Settings settings = fromEnvironment();
    std::map<std::string, uint64_t> counts;
    std::vector<std::string> log;
    std::unordered_map<const void *, std::unique_ptr<Object>> objects;
    bool initialised = false;
    bool dispatched = false;       // an operator ran, so that determinism is settled
    bool deterministic = false;
    bool hcclDeterministic = false;
    bool saturates = false;        // of streams created from now on
    bool overflowed = false;       // float status of the process
    int families = 0;              // of operator libraries that were opened or used: 1 libopapi.so, 2 the others
    uint64_t drawn = 0;            // orders of arrival so far
    std::map<int, int> users;      // of devices, by SetDevice
};

extern State state;
using Lock = std::lock_guard<std::recursive_mutex>;

/// Counts a call and gives the code that was planned for it, else 0.
int enter(const char *function);

/// Refuses a call: keeps the message for aclGetRecentErrMsg and the log, and gives the code back.
int fail(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/// Logs what is wrong with a program but stops no call.
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/// The last message of this thread, or null; it is forgotten.
const char *recent();

/// The device of this thread, -1 before aclrtSetDevice.
int current();
void setCurrent(int device);

/// Gives an object a handle.
template <class T> T *keep(const char *kind, T *object) {
    Lock lock(state.lock);
    object->kind = kind;
    state.objects[object].reset(object);
    return object;
}

/// Finds a live object, or null with the refusal's code in `code`.
template <class T> T *find(const void *handle, int wrong, int &code) {
    Lock lock(state.lock);
    auto entry = state.objects.find(handle);
    T *object = entry == state.objects.end() ? nullptr : dynamic_cast<T *>(entry->second.get());
    if (!object) {
        code = fail(wrong, "%p is no %s", handle, T::KIND);
    } else if (object->destroyed) {
        code = fail(wrong, "%s %p is used after it was destroyed", T::KIND, handle);
        object = nullptr;
    }
    return object;
}

/// Draws a seed for an order of arrival.
uint64_t draw();

/// Notes an operator library; false, with a message, if both families are in one process.
bool family(int bit);

} // namespace fake

/// Begins a function of the API: ends it where a failure was planned.
#define ENTER(type) \
    if (int planned_ = fake::enter(__func__)) return static_cast<type>(planned_)

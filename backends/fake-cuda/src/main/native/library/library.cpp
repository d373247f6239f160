#include "library.h"
#include "../driver/entries.h"
#include <chrono>

namespace fake {

int libraryCall(const char *function, const std::function<int()> &body) {
    std::lock_guard<std::recursive_mutex> lock(mutex);
    count(function);
    int planned = injected(function);
    int status = planned != 0 ? planned : body();
    if (status != 0) {
        log(std::string(function) + " gives " + std::to_string(status));
    }
    return status;
}

Result addWork(CUstream_st *handle, const std::string &name, std::function<Result()> run,
               const std::vector<const void *> &meetings) {
    if (!isContext(currentContext())) {
        return INVALID_CONTEXT;
    }
    if (currentContext()->sticky != SUCCESS) {
        return currentContext()->sticky;
    }
    auto stream = streamOf(handle);
    if (stream == nullptr) {
        return INVALID_HANDLE;
    }
    return add(stream, {name, std::move(run), meetings});
}

bool isDeviceMemory(const void *start, size_t bytes) {
    return isInside(start, bytes);
}

void born(const void *handle, const std::string &kind, const std::string &name) {
    registry[handle] = {kind, name, 0, nullptr};
}

void gone(const void *handle) {
    registry.erase(handle);
}

int currentDevice() {
    return isContext(currentContext()) ? currentContext()->device : -1;
}

void meet(const void *meeting) {
    advanceToMeeting(meeting);
    changed.notify_all();
}

void pause(int milliseconds) {
    changed.wait_for(mutex, std::chrono::milliseconds(milliseconds));
}

int timeoutMilliseconds() {
    return settings.timeout;
}

void note(const std::string &line) {
    log(line);
}

} // namespace fake

// Memory: allocations, copies, fills.
#include "entries.h"
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

struct Pinned {
    static constexpr const char *KIND = "pinned memory";
    void *start;
    size_t bytes;
    ~Pinned() { free(start); }
};

/// Whether the bytes lie in one piece of pinned memory.
bool isPinned(const void *start, size_t bytes) {
    auto next = registry.upper_bound(start);
    while (next != registry.begin()) {
        const auto &[handle, live] = *--next;
        if (live.kind == Pinned::KIND) {
            auto pinned = std::static_pointer_cast<Pinned>(live.object);
            auto *from = static_cast<const char *>(pinned->start);
            auto *at = static_cast<const char *>(start);
            if (at >= from && at + bytes <= from + pinned->bytes) {
                return true;
            }
        }
    }
    return false;
}

} // namespace

std::map<uint64_t, uint64_t> fake::pinnedMemory() {
    std::map<uint64_t, uint64_t> pieces;
    for (const auto &[handle, live] : registry) {
        if (live.kind == Pinned::KIND) {
            auto pinned = std::static_pointer_cast<Pinned>(live.object);
            pieces[reinterpret_cast<uint64_t>(pinned->start)] = pinned->bytes;
        }
    }
    return pieces;
}

namespace {

enum class Side { HOST, DEVICE };

std::string copyName(Side to, Side from) {
    return from == Side::HOST ? "copy HtoD" : to == Side::HOST ? "copy DtoH" : "copy DtoD";
}

/// Looks at one end of a copy.
bool isValid(const char *what, const void *start, size_t bytes, Side side) {
    bool valid = side == Side::DEVICE ? isInside(start, bytes) : start != nullptr && !touchesDevice(start, bytes);
    if (!valid) {
        char text[200];
        snprintf(text, sizeof text, "%s: %zu bytes at %p are not %s", what, bytes, start,
                 side == Side::DEVICE ? "inside one allocation" : "memory of the host");
        log(text);
    }
    return valid;
}

/// A copy as a stream's work. Its memory may have been freed when it runs.
Work copyWork(void *to, const void *from, size_t bytes, Side toSide, Side fromSide) {
    std::string name = copyName(toSide, fromSide);
    return {name, [=]() -> Result {
        if (Result planned = injected("copy")) {
            return planned;
        }
        if ((toSide == Side::DEVICE && !isInside(to, bytes)) || (fromSide == Side::DEVICE && !isInside(from, bytes))) {
            log(name + " of memory that was freed before it ran");
            return ILLEGAL_ADDRESS;
        }
        memmove(to, from, bytes);
        return SUCCESS;
    }};
}

void countCopy(const std::string &name, size_t bytes) {
    count(name);
    count(name + " bytes", bytes);
}

/// A copy that the caller waits for.
Result copyNow(const char *what, void *to, const void *from, size_t bytes, Side toSide, Side fromSide) {
    if (!isValid(what, to, bytes, toSide) || !isValid(what, from, bytes, fromSide)) {
        return INVALID_VALUE;
    }
    countCopy(copyName(toSide, fromSide) + " waited for", bytes);
    auto stream = legacyStream(currentContext());
    Result added = add(stream, copyWork(to, from, bytes, toSide, fromSide));
    return added == SUCCESS ? waitFor(stream, stream->added) : added;
}

/// A copy that goes on without its caller, as far as the host's memory lets it: from pageable memory the bytes are read
/// before the call returns, and to pageable memory the call waits, as the driver documents.
Result copyLater(const char *what, void *to, const void *from, size_t bytes, Side toSide, Side fromSide,
                 CUstream handle) {
    auto stream = streamOf(handle);
    if (stream == nullptr) {
        return INVALID_HANDLE;
    }
    if (!isValid(what, to, bytes, toSide) || !isValid(what, from, bytes, fromSide)) {
        return INVALID_VALUE;
    }
    bool host = toSide == Side::HOST || fromSide == Side::HOST;
    bool pinned = host && isPinned(toSide == Side::HOST ? to : from, bytes);
    countCopy(copyName(toSide, fromSide) + (!host ? "" : pinned ? " pinned" : " pageable"), bytes);
    if (!host || pinned || stream->capture != nullptr) {
        return add(stream, copyWork(to, from, bytes, toSide, fromSide));
    }
    if (fromSide == Side::HOST) {
        auto *bytesNow = static_cast<const char *>(from);
        auto staged = std::make_shared<std::vector<char>>(bytesNow, bytesNow + bytes);
        Work work = copyWork(to, staged->data(), bytes, toSide, fromSide);
        work.run = [staged, run = work.run]() { return run(); };
        return add(stream, std::move(work));
    }
    Result added = add(stream, copyWork(to, from, bytes, toSide, fromSide));
    return added == SUCCESS ? waitFor(stream, stream->added) : added;
}

/// Fills elements of 1, 2 or 4 bytes.
Work fillWork(void *to, unsigned value, size_t width, size_t elements) {
    return {"fill", [=]() -> Result {
        if (!isInside(to, width * elements)) {
            log("fill of memory that was freed before it ran");
            return ILLEGAL_ADDRESS;
        }
        for (size_t i = 0; i < elements; i++) {
            memcpy(static_cast<char *>(to) + i * width, &value, width);
        }
        return SUCCESS;
    }};
}

Result fill(const char *what, CUdeviceptr to, unsigned value, size_t width, size_t elements, CUstream handle,
            bool waits) {
    auto stream = streamOf(handle);
    if (stream == nullptr) {
        return INVALID_HANDLE;
    }
    if (!isValid(what, address(to), width * elements, Side::DEVICE)) {
        return INVALID_VALUE;
    }
    count("fill");
    Result added = add(stream, fillWork(address(to), value, width, elements));
    return added == SUCCESS && waits ? waitFor(stream, stream->added) : added;
}

std::string hex(const void *pointer) {
    char text[32];
    snprintf(text, sizeof text, "%p", pointer);
    return text;
}

} // namespace

extern "C" {

Result cuMemGetInfo_v2(size_t *free, size_t *total) {
    return call("cuMemGetInfo", Needs::CONTEXT, [=]() -> Result {
        *total = settings.memory;
        *free = settings.memory - used(currentContext()->device);
        return SUCCESS;
    });
}

Result cuMemAlloc_v2(CUdeviceptr *pointer, size_t bytes) {
    return call("cuMemAlloc", Needs::UNCAPTURED, [=]() -> Result {
        unsigned char *start = nullptr;
        Result result = pointer == nullptr ? INVALID_VALUE : allocate(currentContext()->device, bytes, start);
        if (result == SUCCESS) {
            registry[start] = {Allocation::KIND, hex(start), bytes, nullptr};
            *pointer = reinterpret_cast<CUdeviceptr>(start);
        }
        return result;
    });
}

Result cuMemFree_v2(CUdeviceptr pointer) {
    return call("cuMemFree", Needs::CONTEXT_TO_FREE, [=]() -> Result {
        if (pointer == 0) {
            return SUCCESS;
        }
        auto *start = static_cast<unsigned char *>(address(pointer));
        if (allocations().count(reinterpret_cast<uintptr_t>(start)) == 0) {
            log("cuMemFree: " + hex(start) + " is not an allocation, or is free");
            return INVALID_VALUE;
        }
        waitForAll(currentContext());
        registry.erase(start);
        return release(start);
    });
}

Result cuMemHostAlloc(void **pointer, size_t bytes, unsigned) {
    return call("cuMemHostAlloc", Needs::UNCAPTURED, [=]() -> Result {
        if (pointer == nullptr || bytes == 0) {
            return INVALID_VALUE;
        }
        void *start = nullptr;
        if (posix_memalign(&start, 4096, bytes) != 0) {
            return OUT_OF_MEMORY;
        }
        memset(start, 0xFF, bytes); // NaNs, as device memory
        registry[start] = {Pinned::KIND, hex(start), bytes, std::shared_ptr<Pinned>(new Pinned{start, bytes})};
        *pointer = start;
        return SUCCESS;
    });
}

Result cuMemAllocHost_v2(void **pointer, size_t bytes) {
    return cuMemHostAlloc(pointer, bytes, 0);
}

Result cuMemFreeHost(void *pointer) {
    return call("cuMemFreeHost", Needs::CONTEXT_TO_FREE, [=]() -> Result {
        auto found = registry.find(pointer);
        if (found == registry.end() || found->second.kind != Pinned::KIND) {
            log("cuMemFreeHost: " + hex(pointer) + " is not pinned memory, or is free");
            return INVALID_VALUE;
        }
        waitForAll(currentContext());
        registry.erase(found);
        return SUCCESS;
    });
}

Result cuMemHostGetDevicePointer_v2(CUdeviceptr *pointer, void *host, unsigned) {
    return call("cuMemHostGetDevicePointer", Needs::CONTEXT, [=]() -> Result {
        if (!isPinned(host, 1)) {
            return INVALID_VALUE;
        }
        *pointer = reinterpret_cast<CUdeviceptr>(host);
        return SUCCESS;
    });
}

Result cuMemcpyHtoD_v2(CUdeviceptr to, const void *from, size_t bytes) {
    return call("cuMemcpyHtoD", Needs::UNCAPTURED, [=] {
        return copyNow("cuMemcpyHtoD", address(to), from, bytes, Side::DEVICE, Side::HOST);
    });
}

Result cuMemcpyDtoH_v2(void *to, CUdeviceptr from, size_t bytes) {
    return call("cuMemcpyDtoH", Needs::UNCAPTURED, [=] {
        return copyNow("cuMemcpyDtoH", to, address(from), bytes, Side::HOST, Side::DEVICE);
    });
}

Result cuMemcpyDtoD_v2(CUdeviceptr to, CUdeviceptr from, size_t bytes) {
    return call("cuMemcpyDtoD", Needs::UNCAPTURED, [=] {
        return copyNow("cuMemcpyDtoD", address(to), address(from), bytes, Side::DEVICE, Side::DEVICE);
    });
}

Result cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void *from, size_t bytes, CUstream stream) {
    return call("cuMemcpyHtoDAsync", Needs::CONTEXT, [=] {
        return copyLater("cuMemcpyHtoDAsync", address(to), from, bytes, Side::DEVICE, Side::HOST, stream);
    });
}

Result cuMemcpyDtoHAsync_v2(void *to, CUdeviceptr from, size_t bytes, CUstream stream) {
    return call("cuMemcpyDtoHAsync", Needs::CONTEXT, [=] {
        return copyLater("cuMemcpyDtoHAsync", to, address(from), bytes, Side::HOST, Side::DEVICE, stream);
    });
}

Result cuMemcpyDtoDAsync_v2(CUdeviceptr to, CUdeviceptr from, size_t bytes, CUstream stream) {
    return call("cuMemcpyDtoDAsync", Needs::CONTEXT, [=] {
        return copyLater("cuMemcpyDtoDAsync", address(to), address(from), bytes, Side::DEVICE, Side::DEVICE, stream);
    });
}

Result cuMemcpyPeerAsync(CUdeviceptr to, CUcontext toContext, CUdeviceptr from, CUcontext fromContext, size_t bytes,
                         CUstream stream) {
    return call("cuMemcpyPeerAsync", Needs::CONTEXT, [=]() -> Result {
        if (!isContext(toContext) || !isContext(fromContext)) {
            return INVALID_CONTEXT;
        }
        return copyLater("cuMemcpyPeerAsync", address(to), address(from), bytes, Side::DEVICE, Side::DEVICE, stream);
    });
}

Result cuMemsetD8_v2(CUdeviceptr to, unsigned char value, size_t elements) {
    return call("cuMemsetD8", Needs::UNCAPTURED, [=] { return fill("cuMemsetD8", to, value, 1, elements, nullptr, true); });
}

Result cuMemsetD32_v2(CUdeviceptr to, unsigned value, size_t elements) {
    return call("cuMemsetD32", Needs::UNCAPTURED, [=] { return fill("cuMemsetD32", to, value, 4, elements, nullptr, true); });
}

Result cuMemsetD8Async(CUdeviceptr to, unsigned char value, size_t elements, CUstream stream) {
    return call("cuMemsetD8Async", Needs::CONTEXT,
                [=] { return fill("cuMemsetD8Async", to, value, 1, elements, stream, false); });
}

Result cuMemsetD16Async(CUdeviceptr to, unsigned short value, size_t elements, CUstream stream) {
    return call("cuMemsetD16Async", Needs::CONTEXT,
                [=] { return fill("cuMemsetD16Async", to, value, 2, elements, stream, false); });
}

Result cuMemsetD32Async(CUdeviceptr to, unsigned value, size_t elements, CUstream stream) {
    return call("cuMemsetD32Async", Needs::CONTEXT,
                [=] { return fill("cuMemsetD32Async", to, value, 4, elements, stream, false); });
}
}

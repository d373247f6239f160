// Allocations and copies.
#include "../abi/acl.h"
#include "../device/memory.h"
#include "../device/streams.h"
#include <cstring>

using namespace fake;

/// Checks one side of a copy.
static int side(const char *what, const void *start, size_t bytes, bool device, bool pinned) {
    Memory *memory = holding(start, bytes);
    bool onDevice = memory && memory->device >= 0;
    bool host = memory ? memory->device < 0 : described(start) == "memory of the host that is not pinned";
    bool right = device ? onDevice : pinned ? memory && memory->device < 0 : host;
    if (right) return 0;
    const char *wanted = device ? "memory of a device" : pinned ? "memory of aclrtMallocHost" : "memory of the host";
    return fail(107000, "%s %p is %s, expected %zu bytes of %s", what, start, described(start).c_str(), bytes, wanted);
}

static int copyable(void *dst, size_t destMax, const void *src, size_t count, aclrtMemcpyKind kind, bool pinned) {
    if (count > destMax) return fail(107000, "%zu bytes into room for %zu", count, destMax);
    if (kind < ACL_MEMCPY_HOST_TO_HOST || kind > ACL_MEMCPY_DEVICE_TO_DEVICE) return fail(107000, "kind %d, expected 0 to 3", kind);
    bool from = kind == ACL_MEMCPY_DEVICE_TO_HOST || kind == ACL_MEMCPY_DEVICE_TO_DEVICE;
    bool to = kind == ACL_MEMCPY_HOST_TO_DEVICE || kind == ACL_MEMCPY_DEVICE_TO_DEVICE;
    if (int code = side("source", src, count, from, pinned)) return code;
    return side("destination", dst, count, to, pinned);
}

extern "C" {

aclError aclrtMalloc(void **devPtr, size_t size, aclrtMemMallocPolicy) {
    BOUND();
    if (size == 0) return fail(107000, "size 0, expected at least 1");
    Memory *memory = allocate(size, bound->device);
    if (!memory) return fail(207001, "%zu bytes of %zu left on device %d", size, left(bound->device), bound->device);
    *devPtr = memory->start;
    return 0;
}

static aclError give(void *start, bool pinned) {
    Memory *memory = holding(start, 0);
    if (!memory || memory->start != start || (memory->device < 0) != pinned) {
        return fail(107000, "%p is %s, expected the start of %s", start, described(start).c_str(), pinned ? "memory of aclrtMallocHost" : "memory of aclrtMalloc");
    }
    std::string stream = user(memory->start, memory->bytes);
    if (!stream.empty()) return fail(107000, "%p is freed before %s, which uses it, was synchronised", start, stream.c_str());
    release(memory);
    return 0;
}

aclError aclrtFree(void *devPtr) {
    BOUND();
    return give(devPtr, false);
}

aclError aclrtMallocHost(void **hostPtr, size_t size) {
    BOUND();
    if (size == 0) return fail(107000, "size 0, expected at least 1");
    *hostPtr = allocate(size, -1)->start;
    return 0;
}

aclError aclrtFreeHost(void *hostPtr) {
    BOUND();
    return give(hostPtr, true);
}

aclError aclrtMemcpy(void *dst, size_t destMax, const void *src, size_t count, aclrtMemcpyKind kind) {
    BOUND();
    if ((code = copyable(dst, destMax, src, count, kind, false))) return code;
    memmove(dst, src, count);
    return 0;
}

aclError aclrtMemcpyAsync(void *dst, size_t destMax, const void *src, size_t count, aclrtMemcpyKind kind, aclrtStream stream) {
    BOUND();
    Stream *on = fake::stream(stream, code);
    if (!on) return code;
    if (kind == ACL_MEMCPY_HOST_TO_HOST) return fail(207000, "copies within the host are not asynchronous");
    if ((code = copyable(dst, destMax, src, count, kind, true))) return code;
    auto run = [=] {
        memmove(dst, src, count);
        return Progress::DONE;
    };
    enqueue(on, {run, {{static_cast<char *>(dst), count}, {static_cast<const char *>(src), count}}, {}});
    return 0;
}

aclError aclrtMemset(void *devPtr, size_t maxCount, int32_t value, size_t count) {
    BOUND();
    if (count > maxCount) return fail(107000, "%zu bytes into room for %zu", count, maxCount);
    if (!holding(devPtr, count)) return side("destination", devPtr, count, true, false);
    memset(devPtr, value, count);
    return 0;
}

aclError aclrtMemsetAsync(void *devPtr, size_t maxCount, int32_t value, size_t count, aclrtStream stream) {
    BOUND();
    Stream *on = fake::stream(stream, code);
    if (!on) return code;
    if (count > maxCount) return fail(107000, "%zu bytes into room for %zu", count, maxCount);
    if ((code = side("destination", devPtr, count, true, false))) return code;
    auto run = [=] {
        memset(devPtr, value, count);
        return Progress::DONE;
    };
    enqueue(on, {run, {{static_cast<char *>(devPtr), count}}, {}});
    return 0;
}

aclError aclrtGetOverflowStatus(void *outputAddr, size_t outputSize, aclrtStream stream) {
    BOUND();
    Stream *on = fake::stream(stream, code);
    if (!on) return code;
    constexpr size_t STATUS = 64; // bytes
    if (outputSize != STATUS) return fail(107000, "%zu bytes, expected 64", outputSize);
    if ((code = side("destination", outputAddr, outputSize, true, false))) return code;
    auto run = [=] {
        memset(outputAddr, 0, STATUS);
        *static_cast<int32_t *>(outputAddr) = state.overflowed;
        return Progress::DONE;
    };
    enqueue(on, {run, {{static_cast<char *>(outputAddr), outputSize}}, {}});
    return 0;
}

aclError aclrtResetOverflowStatus(aclrtStream stream) {
    BOUND();
    Stream *on = fake::stream(stream, code);
    if (!on) return code;
    auto run = [] {
        state.overflowed = false;
        return Progress::DONE;
    };
    enqueue(on, {run, {}, {}});
    return 0;
}

}

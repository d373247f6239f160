// Initialisation, devices, contexts and modes.
#include "../abi/acl.h"
#include "../device/memory.h"
#include "../device/operators.h"
#include "../device/streams.h"
#include <cstring>

using namespace fake;

static int initialised() {
    return state.initialised ? 0 : fail(100001, "call aclInit first");
}

#define INITIALISED() \
    ENTER(int); \
    if (int code_ = initialised()) return code_

#define READY() \
    INITIALISED(); \
    int code = 0; \
    Context *bound = fake::context(code); \
    if (!bound) return code

extern "C" {

aclError aclInit(const char *) {
    ENTER(int);
    if (state.initialised) return fail(100002, "aclInit was called before");
    state.initialised = true;
    state.saturates = state.settings.first();
    return 0;
}

aclError aclFinalize() {
    INITIALISED();
    state.initialised = false;
    return 0;
}

aclError aclrtGetVersion(int32_t *majorVersion, int32_t *minorVersion, int32_t *patchVersion) {
    ENTER(int);
    *majorVersion = 1;
    *minorVersion = 13;
    *patchVersion = 0;
    return 0;
}

const char *aclGetRecentErrMsg() { return recent(); }

aclError aclsysGetCANNVersion(aclCANNPackageName, aclCANNPackageVersion *version) {
    ENTER(int);
    memset(version, 0, sizeof *version);
    strncpy(version->version, state.settings.cann.c_str(), sizeof version->version - 1);
    return 0;
}

aclError aclsysGetVersionStr(char *, char *versionStr) {
    ENTER(int);
    strcpy(versionStr, state.settings.cann.c_str());
    return 0;
}

const char *aclrtGetSocName() {
    if (enter(__func__)) return nullptr;
    static thread_local std::string name;
    name = state.settings.soc;
    return state.settings.lost || state.settings.devices == 0 ? nullptr : name.c_str();
}

aclError aclGetCannAttribute(aclCannAttr, int32_t *value) {
    INITIALISED();
    *value = !state.settings.first(); // both attributes came with the second generation
    return 0;
}

size_t aclDataTypeSize(aclDataType dataType) { return bytesOf(dataType); }

aclError aclrtGetDeviceCount(uint32_t *count) {
    INITIALISED();
    *count = static_cast<uint32_t>(state.settings.devices);
    return 0;
}

aclError aclrtSetDevice(int32_t deviceId) {
    INITIALISED();
    if (state.settings.lost) return fail(507010, "the device is lost: no heartbeat");
    if (deviceId < 0 || deviceId >= state.settings.devices) {
        return fail(107001, "device %d of %d", deviceId, state.settings.devices);
    }
    Lock lock(state.lock);
    state.users[deviceId]++;
    setCurrent(deviceId);
    setContext(defaultContext(deviceId));
    return 0;
}

aclError aclrtResetDevice(int32_t deviceId) {
    INITIALISED();
    Lock lock(state.lock);
    if (state.users[deviceId] == 0) return fail(107001, "device %d is reset more often than it was set", deviceId);
    if (--state.users[deviceId] == 0) {
        for (Stream *stream : streamsOf(defaultContext(deviceId))) {
            if (std::string(stream->kind) == "stream") complain("device %d is reset while a stream lives", deviceId);
        }
    }
    if (current() == deviceId) {
        setCurrent(-1);
        setContext(nullptr);
    }
    return 0;
}

aclError aclrtGetDevice(int32_t *deviceId) {
    READY();
    *deviceId = bound->device;
    return 0;
}

aclError aclrtCreateContext(aclrtContext *context, int32_t deviceId) {
    INITIALISED();
    if (deviceId < 0 || deviceId >= state.settings.devices) return fail(107001, "device %d of %d", deviceId, state.settings.devices);
    Context *made = keep("context", new Context());
    made->device = deviceId;
    setCurrent(deviceId);
    setContext(made);
    *context = made;
    return 0;
}

aclError aclrtDestroyContext(aclrtContext context) {
    INITIALISED();
    int code = 0;
    Context *found = find<Context>(context, 107017, code);
    if (found) found->destroyed = true;
    return code;
}

aclError aclrtSetCurrentContext(aclrtContext context) {
    INITIALISED();
    int code = 0;
    Context *found = find<Context>(context, 107017, code);
    if (!found) return code;
    setCurrent(found->device);
    setContext(found);
    return 0;
}

aclError aclrtGetCurrentContext(aclrtContext *context) {
    READY();
    *context = bound;
    return 0;
}

aclError aclrtSetDeviceSatMode(aclrtFloatOverflowMode mode) {
    READY();
    if (mode != ACL_RT_OVERFLOW_MODE_SATURATION && mode != ACL_RT_OVERFLOW_MODE_INFNAN) {
        return fail(107000, "mode %d, expected 0 (saturation) or 1 (Inf and NaN)", mode);
    }
    if (state.settings.first() && mode == ACL_RT_OVERFLOW_MODE_INFNAN) {
        return fail(207000, "%s only saturates", state.settings.soc.c_str());
    }
    state.saturates = mode == ACL_RT_OVERFLOW_MODE_SATURATION;
    return 0;
}

aclError aclrtGetDeviceSatMode(aclrtFloatOverflowMode *mode) {
    READY();
    *mode = state.saturates ? ACL_RT_OVERFLOW_MODE_SATURATION : ACL_RT_OVERFLOW_MODE_INFNAN;
    return 0;
}

static aclError option(aclSysParamOpt opt, int64_t value) {
    if (opt != ACL_OPT_DETERMINISTIC || value < 0 || value > 1) {
        return fail(107000, "option %d = %ld, expected option 0 = 0 or 1", opt, static_cast<long>(value));
    }
    if (state.dispatched && state.deterministic != (value == 1)) {
        complain("determinism is changed after the first operator, which has no effect");
        return 0;
    }
    state.deterministic = value == 1;
    return 0;
}

aclError aclrtCtxSetSysParamOpt(aclSysParamOpt opt, int64_t value) {
    READY();
    return option(opt, value);
}

aclError aclrtSetSysParamOpt(aclSysParamOpt opt, int64_t value) {
    INITIALISED();
    return option(opt, value);
}

aclError aclrtGetMemInfo(aclrtMemAttr attr, size_t *free, size_t *total) {
    READY();
    if (attr != ACL_HBM_MEM) return fail(107000, "memory %d, expected 1 (HBM)", attr);
    *free = left(bound->device);
    *total = state.settings.memory;
    return 0;
}

}

// Initialization, devices, contexts and the names of errors.
#include "entries.h"
#include "faults.h"
#include <cstdio>
#include <cstring>

namespace fake {
extern bool initialized;
} // namespace fake

namespace {

bool isDevice(CUdevice device) {
    return device >= 0 && device < settings.devices;
}

/// Attributes that a program may ask for, numbered as in cuda.h; those not here are 0.
int attribute(int which) {
    switch (which) {
    case 1:
    case 2:
    case 3:
        return 1024; // threads of a block, and its extents in x and y
    case 4:
        return 64; // in z
    case 5:
        return 2147483647; // blocks of a grid in x
    case 6:
    case 7:
        return 65535; // in y and z
    case 8:
        return 49152; // shared memory of a block, bytes
    case 9:
    case 12:
        return 65536; // constant memory, bytes; registers of a block
    case 10:
        return 32; // threads of a warp
    case 13:
    case 36:
        return 1000000; // clocks, kHz
    case 16:
        return 4; // multiprocessors
    case 31:
    case 40:
    case 41:
        return 1; // concurrent kernels, asynchronous engines, unified addresses
    case 38:
        return 1 << 20; // level 2 cache, bytes
    case 39:
        return 2048; // threads of a multiprocessor
    case 75:
        return settings.major;
    case 76:
        return settings.minor;
    case 81:
        return 233472; // shared memory of a multiprocessor, bytes
    case 97:
        return 232448; // of a block that asks for it
    default:
        return 0;
    }
}

struct ErrorText {
    int code;
    const char *name, *text;
};

const ErrorText ERRORS[] = {
    {SUCCESS, "CUDA_SUCCESS", "no error"},
    {INVALID_VALUE, "CUDA_ERROR_INVALID_VALUE", "invalid argument"},
    {OUT_OF_MEMORY, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory"},
    {NOT_INITIALIZED, "CUDA_ERROR_NOT_INITIALIZED", "initialization error"},
    {NO_DEVICE, "CUDA_ERROR_NO_DEVICE", "no CUDA-capable device is detected"},
    {INVALID_DEVICE, "CUDA_ERROR_INVALID_DEVICE", "invalid device ordinal"},
    {INVALID_IMAGE, "CUDA_ERROR_INVALID_IMAGE", "device kernel image is invalid"},
    {INVALID_CONTEXT, "CUDA_ERROR_INVALID_CONTEXT", "invalid device context"},
    {NO_BINARY_FOR_GPU, "CUDA_ERROR_NO_BINARY_FOR_GPU", "no kernel image is available for execution on the device"},
    {ECC_UNCORRECTABLE, "CUDA_ERROR_ECC_UNCORRECTABLE", "uncorrectable ECC error encountered"},
    {INVALID_PTX, "CUDA_ERROR_INVALID_PTX", "a PTX JIT compilation failed"},
    {INVALID_HANDLE, "CUDA_ERROR_INVALID_HANDLE", "invalid resource handle"},
    {ILLEGAL_STATE, "CUDA_ERROR_ILLEGAL_STATE", "the operation cannot be performed in the present state"},
    {NOT_FOUND, "CUDA_ERROR_NOT_FOUND", "named symbol not found"},
    {NOT_READY, "CUDA_ERROR_NOT_READY", "device not ready"},
    {ILLEGAL_ADDRESS, "CUDA_ERROR_ILLEGAL_ADDRESS", "an illegal memory access was encountered"},
    {LAUNCH_OUT_OF_RESOURCES, "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES", "too many resources requested for launch"},
    {LAUNCH_FAILED, "CUDA_ERROR_LAUNCH_FAILED", "unspecified launch failure"},
    {NOT_SUPPORTED, "CUDA_ERROR_NOT_SUPPORTED", "operation not supported"},
    {CAPTURE_UNSUPPORTED, "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED", "operation not permitted when stream is capturing"},
    {CAPTURE_INVALIDATED, "CUDA_ERROR_STREAM_CAPTURE_INVALIDATED",
     "operation failed due to a previous error during capture"},
    {CAPTURE_MERGE, "CUDA_ERROR_STREAM_CAPTURE_MERGE", "operation would result in a merge of separate capture sequences"},
    {CAPTURE_UNMATCHED, "CUDA_ERROR_STREAM_CAPTURE_UNMATCHED", "capture was not ended in the same stream as it began"},
    {CAPTURE_UNJOINED, "CUDA_ERROR_STREAM_CAPTURE_UNJOINED",
     "capturing stream has unjoined work"},
    {CAPTURE_ISOLATION, "CUDA_ERROR_STREAM_CAPTURE_ISOLATION",
     "dependency created on uncaptured work in another stream"},
    {CAPTURE_IMPLICIT, "CUDA_ERROR_STREAM_CAPTURE_IMPLICIT",
     "operation would make the legacy stream depend on a capturing blocking stream"},
    {CAPTURED_EVENT, "CUDA_ERROR_CAPTURED_EVENT", "operation not permitted on an event last recorded in a capturing stream"},
    {CAPTURE_WRONG_THREAD, "CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD",
     "attempt to terminate a thread-local capture sequence from another thread"},
    {46, "CUDA_ERROR_DEVICE_UNAVAILABLE", "CUDA-capable device(s) is/are busy or unavailable"},
    {710, "CUDA_ERROR_ASSERT", "device-side assert triggered"},
    {716, "CUDA_ERROR_MISALIGNED_ADDRESS", "misaligned address"},
    {802, "CUDA_ERROR_SYSTEM_NOT_READY", "system not yet initialized"},
    {999, "CUDA_ERROR_UNKNOWN", "unknown error"},
};

const ErrorText *errorText(int code) {
    for (const ErrorText &error : ERRORS) {
        if (error.code == code) {
            return &error;
        }
    }
    return nullptr;
}

} // namespace

extern "C" {

Result cuInit(unsigned) {
    return call("cuInit", Needs::NOTHING, []() -> Result {
        if (settings.init != SUCCESS) {
            return settings.init;
        }
        if (settings.devices == 0) {
            return NO_DEVICE;
        }
        catchFaults();
        initialized = true;
        return SUCCESS;
    });
}

Result cuDriverGetVersion(int *version) {
    return call("cuDriverGetVersion", Needs::NOTHING, [=]() -> Result {
        if (version == nullptr) {
            return INVALID_VALUE;
        }
        *version = settings.version;
        return SUCCESS;
    });
}

Result cuDeviceGetCount(int *count) {
    return call("cuDeviceGetCount", Needs::INIT, [=]() -> Result {
        *count = settings.devices;
        return SUCCESS;
    });
}

Result cuDeviceGet(CUdevice *device, int ordinal) {
    return call("cuDeviceGet", Needs::INIT, [=]() -> Result {
        if (!isDevice(ordinal)) {
            return INVALID_DEVICE;
        }
        *device = ordinal;
        return SUCCESS;
    });
}

Result cuDeviceGetName(char *name, int length, CUdevice device) {
    return call("cuDeviceGetName", Needs::INIT, [=]() -> Result {
        if (name == nullptr || length <= 0) {
            return INVALID_VALUE;
        }
        if (!isDevice(device)) {
            return INVALID_DEVICE;
        }
        snprintf(name, length, "fake device");
        return SUCCESS;
    });
}

Result cuDeviceGetUuid_v2(char *uuid, CUdevice device) {
    return call("cuDeviceGetUuid", Needs::INIT, [=]() -> Result {
        if (!isDevice(device)) {
            return INVALID_DEVICE;
        }
        memset(uuid, 0, 16);
        memcpy(uuid, "fakecuda", 8);
        uuid[15] = static_cast<char>(device);
        return SUCCESS;
    });
}

Result cuDeviceTotalMem_v2(size_t *bytes, CUdevice device) {
    return call("cuDeviceTotalMem", Needs::INIT, [=]() -> Result {
        if (!isDevice(device)) {
            return INVALID_DEVICE;
        }
        *bytes = settings.memory;
        return SUCCESS;
    });
}

Result cuDeviceGetAttribute(int *value, int which, CUdevice device) {
    return call("cuDeviceGetAttribute", Needs::INIT, [=]() -> Result {
        if (value == nullptr) {
            return INVALID_VALUE;
        }
        if (!isDevice(device)) {
            return INVALID_DEVICE;
        }
        *value = attribute(which);
        return SUCCESS;
    });
}

Result cuDeviceGetPCIBusId(char *id, int length, CUdevice device) {
    return call("cuDeviceGetPCIBusId", Needs::INIT, [=]() -> Result {
        if (!isDevice(device)) {
            return INVALID_DEVICE;
        }
        snprintf(id, length, "0000:%02X:00.0", device + 1);
        return SUCCESS;
    });
}

Result cuDeviceCanAccessPeer(int *can, CUdevice, CUdevice) {
    return call("cuDeviceCanAccessPeer", Needs::INIT, [=]() -> Result {
        *can = 0;
        return SUCCESS;
    });
}

Result cuDevicePrimaryCtxRetain(CUcontext *context, CUdevice device) {
    return call("cuDevicePrimaryCtxRetain", Needs::INIT, [=]() -> Result {
        if (!isDevice(device)) {
            return INVALID_DEVICE;
        }
        *context = primaryContext(device);
        (*context)->references++;
        registry[*context] = {"primary context", "device " + std::to_string(device), 0, nullptr};
        return SUCCESS;
    });
}

/// With its last reference a context loses its sticky error. What was not given back stays in the registry as leaked.
Result cuDevicePrimaryCtxRelease_v2(CUdevice device) {
    return call("cuDevicePrimaryCtxRelease", Needs::INIT, [=]() -> Result {
        if (!isDevice(device)) {
            return INVALID_DEVICE;
        }
        CUcontext context = primaryContext(device);
        if (context->references == 0) {
            return INVALID_CONTEXT;
        }
        if (--context->references == 0) {
            context->sticky = SUCCESS;
            registry.erase(context);
        }
        return SUCCESS;
    });
}

Result cuDevicePrimaryCtxGetState(CUdevice device, unsigned *flags, int *isActive) {
    return call("cuDevicePrimaryCtxGetState", Needs::INIT, [=]() -> Result {
        if (!isDevice(device)) {
            return INVALID_DEVICE;
        }
        *flags = 0;
        *isActive = primaryContext(device)->references > 0;
        return SUCCESS;
    });
}

Result cuCtxSetCurrent(CUcontext context) {
    return call("cuCtxSetCurrent", Needs::INIT, [=]() -> Result {
        if (context != nullptr && !isContext(context)) {
            return INVALID_CONTEXT;
        }
        setCurrentContext(context);
        return SUCCESS;
    });
}

Result cuCtxGetCurrent(CUcontext *context) {
    return call("cuCtxGetCurrent", Needs::INIT, [=]() -> Result {
        *context = currentContext();
        return SUCCESS;
    });
}

Result cuCtxGetDevice(CUdevice *device) {
    return call("cuCtxGetDevice", Needs::CONTEXT, [=]() -> Result {
        *device = currentContext()->device;
        return SUCCESS;
    });
}

Result cuCtxSynchronize() {
    return call("cuCtxSynchronize", Needs::UNCAPTURED, [] { return waitForAll(currentContext()); });
}

Result cuGetErrorName(int code, const char **name) {
    const ErrorText *error = errorText(code);
    *name = error == nullptr ? nullptr : error->name;
    return error == nullptr ? INVALID_VALUE : SUCCESS;
}

Result cuGetErrorString(int code, const char **text) {
    const ErrorText *error = errorText(code);
    *text = error == nullptr ? nullptr : error->text;
    return error == nullptr ? INVALID_VALUE : SUCCESS;
}
}

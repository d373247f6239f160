// Descriptors and executors.
#include "../device/operators.h"
#include <cstring>

using namespace fake;

static double valueOf(const void *value, aclDataType type) {
    switch (type) {
    case ACL_FLOAT: { float x; memcpy(&x, value, sizeof x); return x; }
    case ACL_DOUBLE: { double x; memcpy(&x, value, sizeof x); return x; }
    case ACL_INT32: { int32_t x; memcpy(&x, value, sizeof x); return x; }
    case ACL_INT64: { int64_t x; memcpy(&x, value, sizeof x); return static_cast<double>(x); }
    case ACL_BOOL: return *static_cast<const bool *>(value);
    default: return 0;
    }
}

template <class T> static aclnnStatus destroy(const T *handle) {
    if (!handle) return 0;
    int code = 0;
    T *object = find<T>(handle, 161002, code);
    if (object) object->destroyed = true;
    return code;
}

static aclnnStatus rebind(aclOpExecutor *handle, size_t index, void *addr, int output) {
    int code = 0;
    aclOpExecutor *executor = find<aclOpExecutor>(handle, 161001, code);
    if (!executor) return code;
    size_t seen = 0;
    for (size_t i = 0; i < executor->tensors.size(); i++) {
        if (output >= 0 && executor->outputs[i] != (output == 1)) continue;
        if (seen++ == index) {
            executor->tensors[i].data = static_cast<char *>(addr);
            return 0;
        }
    }
    return fail(161002, "tensor %zu of %zu", index, seen);
}

extern "C" {

aclTensor *aclCreateTensor(
        const int64_t *viewDims, uint64_t viewDimsNum, aclDataType dataType, const int64_t *stride, int64_t offset,
        aclFormat format, const int64_t *storageDims, uint64_t storageDimsNum, void *tensorData) {
    if (enter(__func__)) return nullptr;
    constexpr uint64_t RANK = 8;
    if ((viewDimsNum && !viewDims) || (storageDimsNum && !storageDims) || viewDimsNum > RANK || bytesOf(dataType) == 0) {
        fail(161002, "%lu dimensions of type %d", static_cast<unsigned long>(viewDimsNum), dataType);
        return nullptr;
    }
    aclTensor *tensor = new aclTensor();
    Desc &desc = tensor->desc;
    desc.type = dataType;
    desc.format = format;
    desc.offset = offset;
    desc.data = static_cast<char *>(tensorData);
    desc.dims.assign(viewDims, viewDims + viewDimsNum);
    desc.strides.assign(viewDimsNum, 1);
    for (size_t i = viewDimsNum; i-- > 0;) {
        desc.strides[i] = stride ? stride[i] : i + 1 < viewDimsNum ? desc.strides[i + 1] * desc.dims[i + 1] : 1;
    }
    desc.storage = 1;
    for (uint64_t i = 0; i < storageDimsNum; i++) desc.storage *= storageDims[i];
    return keep("tensor", tensor);
}

aclScalar *aclCreateScalar(void *value, aclDataType dataType) {
    if (enter(__func__)) return nullptr;
    bool known = dataType == ACL_FLOAT || dataType == ACL_DOUBLE || dataType == ACL_INT32 || dataType == ACL_INT64 || dataType == ACL_BOOL;
    if (!value || !known) {
        fail(161002, "scalar of %s, the fake has FLOAT, DOUBLE, INT32, INT64 and BOOL", nameOf(dataType).c_str());
        return nullptr;
    }
    aclScalar *scalar = new aclScalar();
    scalar->type = dataType;
    scalar->value = valueOf(value, dataType);
    return keep("scalar", scalar);
}

aclIntArray *aclCreateIntArray(const int64_t *value, uint64_t size) {
    if (enter(__func__)) return nullptr;
    aclIntArray *array = new aclIntArray();
    array->values.assign(value, value + size);
    return keep("int array", array);
}

aclBoolArray *aclCreateBoolArray(const bool *value, uint64_t size) {
    if (enter(__func__)) return nullptr;
    aclBoolArray *array = new aclBoolArray();
    array->values.assign(value, value + size);
    return keep("bool array", array);
}

aclnnStatus aclDestroyTensor(const aclTensor *tensor) {
    ENTER(int);
    return destroy(tensor);
}

aclnnStatus aclDestroyScalar(const aclScalar *scalar) {
    ENTER(int);
    return destroy(scalar);
}

aclnnStatus aclDestroyIntArray(const aclIntArray *array) {
    ENTER(int);
    return destroy(array);
}

aclnnStatus aclDestroyBoolArray(const aclBoolArray *array) {
    ENTER(int);
    return destroy(array);
}

aclnnStatus aclSetAclOpExecutorRepeatable(aclOpExecutor *handle) {
    ENTER(int);
    int code = 0;
    aclOpExecutor *executor = find<aclOpExecutor>(handle, 161001, code);
    if (executor) executor->repeatable = true;
    return code;
}

aclnnStatus aclDestroyAclOpExecutor(aclOpExecutor *handle) {
    ENTER(int);
    int code = 0;
    aclOpExecutor *executor = find<aclOpExecutor>(handle, 161001, code);
    if (executor) {
        executor->destroyed = true;
        executor->kernel = nullptr;
    }
    return code;
}

aclnnStatus aclSetInputTensorAddr(aclOpExecutor *executor, size_t index, aclTensor *, void *addr) {
    ENTER(int);
    return rebind(executor, index, addr, 0);
}

aclnnStatus aclSetOutputTensorAddr(aclOpExecutor *executor, size_t index, aclTensor *, void *addr) {
    ENTER(int);
    return rebind(executor, index, addr, 1);
}

aclnnStatus aclSetTensorAddr(aclOpExecutor *executor, size_t index, aclTensor *, void *addr) {
    ENTER(int);
    return rebind(executor, index, addr, -1);
}

}

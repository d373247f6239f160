// Elements of tensors: FP16, BF16 and FP32 are computed as float, DOUBLE as double, all others as int64_t.
#pragma once
#include "../device/operators.h"
#include <cmath>
#include <cstring>
#include <immintrin.h>
#include <limits>

namespace fake {

using Dims = std::vector<int64_t>;

const std::initializer_list<aclDataType> FLOATS = {ACL_FLOAT, ACL_FLOAT16, ACL_BF16};
const std::initializer_list<aclDataType> NUMBERS = {ACL_FLOAT, ACL_FLOAT16, ACL_BF16, ACL_DOUBLE, ACL_INT32, ACL_INT64};
const std::initializer_list<aclDataType> ALL = {ACL_FLOAT, ACL_FLOAT16, ACL_BF16, ACL_DOUBLE, ACL_INT32, ACL_INT64, ACL_INT8, ACL_UINT8, ACL_INT16, ACL_BOOL};

inline bool isFloat(aclDataType type) { return type == ACL_FLOAT || type == ACL_FLOAT16 || type == ACL_BF16; }

inline float fromBits(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

inline uint32_t bitsOf(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

inline float fromHalf(uint16_t bits) { return _cvtsh_ss(bits); }
inline uint16_t toHalf(float value) { return _cvtss_sh(value, _MM_FROUND_TO_NEAREST_INT); }
inline float fromBfloat(uint16_t bits) { return fromBits(static_cast<uint32_t>(bits) << 16); }

/// Rounds to nearest even; NaN stays one.
inline uint16_t toBfloat(float value) {
    uint32_t bits = bitsOf(value);
    if (std::isnan(value)) return static_cast<uint16_t>(bits >> 16 | 0x40);
    return static_cast<uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

/// Calls f with each index of the dimensions, in order, and the element's place; dimensions broadcast from the right.
template <class F> void each(const Desc &desc, const Dims &dims, F f) {
    size_t rank = dims.size(), lead = rank - desc.dims.size();
    Dims strides(rank, 0), at(rank, 0);
    for (size_t i = lead; i < rank; i++) strides[i] = desc.dims[i - lead] == 1 ? 0 : desc.strides[i - lead];
    int64_t size = 1, place = desc.offset;
    for (int64_t dim : dims) size *= dim;
    int64_t run = rank ? dims[rank - 1] : 1, step = rank ? strides[rank - 1] : 0;
    for (int64_t i = 0; i < size; i += run) {
        for (int64_t j = 0; j < run; j++) f(i + j, place + j * step);
        for (size_t axis = rank > 0 ? rank - 1 : 0; axis-- > 0;) {
            place += strides[axis];
            if (++at[axis] < dims[axis]) break;
            place -= strides[axis] * dims[axis];
            at[axis] = 0;
        }
    }
}

inline int64_t count(const Dims &dims) {
    int64_t size = 1;
    for (int64_t dim : dims) size *= dim;
    return size;
}

/// Reads raw elements.
template <class T> std::vector<T> raw(const Desc &desc, const Dims &dims) {
    std::vector<T> values(count(dims));
    const T *data = reinterpret_cast<const T *>(desc.data);
    each(desc, dims, [&](int64_t i, int64_t place) { values[i] = data[place]; });
    return values;
}

template <class C, class T, class F> std::vector<C> converted(const Desc &desc, const Dims &dims, F f) {
    std::vector<C> values(count(dims));
    const T *data = reinterpret_cast<const T *>(desc.data);
    each(desc, dims, [&](int64_t i, int64_t place) { values[i] = static_cast<C>(f(data[place])); });
    return values;
}

/// Reads elements, broadcast to the dimensions.
template <class C> std::vector<C> load(const Desc &desc, const Dims &dims) {
    auto same = [](auto x) { return x; };
    switch (desc.type) {
    case ACL_FLOAT: return converted<C, float>(desc, dims, same);
    case ACL_FLOAT16: return converted<C, uint16_t>(desc, dims, fromHalf);
    case ACL_BF16: return converted<C, uint16_t>(desc, dims, fromBfloat);
    case ACL_DOUBLE: return converted<C, double>(desc, dims, same);
    case ACL_INT8: return converted<C, int8_t>(desc, dims, same);
    case ACL_UINT8: case ACL_BOOL: return converted<C, uint8_t>(desc, dims, same);
    case ACL_INT16: return converted<C, int16_t>(desc, dims, same);
    case ACL_INT32: return converted<C, int32_t>(desc, dims, same);
    case ACL_INT64: return converted<C, int64_t>(desc, dims, same);
    case ACL_DT_UNDEFINED: break;
    }
    return {};
}

template <class C> std::vector<C> load(const Desc &desc) { return load<C>(desc, desc.dims); }

/// Rounds to FP16 or BF16; where the stream saturates, what is too large becomes the largest value, NaN becomes 0, and
/// the status of the process tells.
float rounded(float value, aclDataType type, bool saturates);

/// Converts to a whole number towards zero; NaN gives 0.
template <class T, class C> T whole(C value) {
    if (value != value) return 0;
    double wide = static_cast<double>(value);
    if (wide <= static_cast<double>(std::numeric_limits<T>::min())) return std::numeric_limits<T>::min();
    if (wide >= static_cast<double>(std::numeric_limits<T>::max())) return std::numeric_limits<T>::max();
    return static_cast<T>(value);
}

template <class T, class C, class F> void put(Desc &desc, const std::vector<C> &values, F f) {
    T *data = reinterpret_cast<T *>(desc.data);
    each(desc, desc.dims, [&](int64_t i, int64_t place) { data[place] = f(values[i]); });
}

/// Writes elements, each rounded once to the tensor's type.
template <class C> void store(const Run &run, Desc &desc, const std::vector<C> &values) {
    switch (desc.type) {
    case ACL_FLOAT: put<float>(desc, values, [](C x) { return static_cast<float>(x); }); break;
    case ACL_FLOAT16:
        put<uint16_t>(desc, values, [&](C x) { return toHalf(rounded(static_cast<float>(x), ACL_FLOAT16, run.saturates)); });
        break;
    case ACL_BF16:
        put<uint16_t>(desc, values, [&](C x) { return toBfloat(rounded(static_cast<float>(x), ACL_BF16, run.saturates)); });
        break;
    case ACL_DOUBLE: put<double>(desc, values, [](C x) { return static_cast<double>(x); }); break;
    case ACL_INT8: put<int8_t>(desc, values, whole<int8_t, C>); break;
    case ACL_UINT8: put<uint8_t>(desc, values, whole<uint8_t, C>); break;
    case ACL_BOOL: put<uint8_t>(desc, values, [](C x) { return x != 0; }); break;
    case ACL_INT16: put<int16_t>(desc, values, whole<int16_t, C>); break;
    case ACL_INT32: put<int32_t>(desc, values, whole<int32_t, C>); break;
    case ACL_INT64: put<int64_t>(desc, values, whole<int64_t, C>); break;
    case ACL_DT_UNDEFINED: break;
    }
}

/// Dimensions of two operands that broadcast; refuses those that do not.
Dims broadcast(const Plan &plan, size_t a, size_t b);

/// Calls f with a value of the type that these types are computed in.
template <class F> void computed(aclDataType type, F f) {
    if (isFloat(type)) f(float());
    else if (type == ACL_DOUBLE) f(double());
    else f(int64_t());
}

/// A permutation of 0 to n-1, drawn anew for each call.
std::vector<size_t> arrival(size_t n);

/// The library that this object was linked into: 1 libopapi.so, 2 another.
__attribute__((visibility("hidden"))) int library();

} // namespace fake

/// Defines both phases of an operator; what follows are phase one's own arguments and its body, which gives the kernel.
#define OPERATOR(name) \
    extern "C" aclnnStatus aclnn##name(void *workspace, uint64_t workspaceSize, aclOpExecutor *executor, aclrtStream stream) { \
        return fake::execute(__func__, workspace, workspaceSize, executor, stream); \
    } \
    extern "C" aclnnStatus aclnn##name##GetWorkspaceSize

#define PLAN(...) \
    return fake::planned(__func__, fake::library(), workspaceSize, executor, [&](fake::Plan &plan) -> fake::Kernel __VA_ARGS__)

#define PHASE_ONE uint64_t *workspaceSize, aclOpExecutor **executor

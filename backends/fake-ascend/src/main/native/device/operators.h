// Tensors, scalars, arrays, and executors: an operator between its two phases.
#pragma once
#include "../abi/nnopbase.h"
#include "streams.h"
#include <cstdarg>

namespace fake {

/// What a tensor's handle says; sizes in elements.
struct Desc {
    aclDataType type = ACL_DT_UNDEFINED;
    aclFormat format = ACL_FORMAT_ND;
    std::vector<int64_t> dims, strides;
    int64_t offset = 0;
    int64_t storage = 0;
    char *data = nullptr; // of the storage

    int64_t size() const {
        int64_t size = 1;
        for (int64_t dim : dims) size *= dim;
        return size;
    }
};

size_t bytesOf(aclDataType type);
std::string nameOf(aclDataType type);
std::string nameOf(const std::vector<int64_t> &dims);

} // namespace fake

struct aclTensor : fake::Object {
    static constexpr const char *KIND = "aclTensor";
    fake::Desc desc;
};

struct aclScalar : fake::Object {
    static constexpr const char *KIND = "aclScalar";
    aclDataType type = ACL_DT_UNDEFINED;
    double value = 0;
};

struct aclIntArray : fake::Object {
    static constexpr const char *KIND = "aclIntArray";
    std::vector<int64_t> values;
};

struct aclBoolArray : fake::Object {
    static constexpr const char *KIND = "aclBoolArray";
    std::vector<bool> values;
};

namespace fake {

/// How an operator runs: its tensors as they are bound, and the modes of its stream.
struct Run {
    std::vector<Desc> tensors;
    bool saturates = false;
    bool deterministic = false;
    bool first = false; // generation

    Desc &operator[](size_t index) { return tensors[index]; }
};

using Kernel = std::function<void(Run &)>;

} // namespace fake

struct aclOpExecutor : fake::Object {
    static constexpr const char *KIND = "aclOpExecutor";
    std::vector<fake::Desc> tensors;
    std::vector<const aclTensor *> handles;
    std::vector<bool> outputs;
    fake::Kernel kernel;
    uint64_t workspace = 0;
    bool repeatable = false;
};

namespace fake {

/// Thrown where phase one refuses a call.
struct Refused {
    int code;
    std::string text;
};

/// Phase one of an operator.
class Plan {
public:
    Plan() : executor(new aclOpExecutor()) {}

    /// Takes an input of one of these types; its index in the run.
    size_t in(const char *role, const aclTensor *tensor, std::initializer_list<aclDataType> types);
    size_t out(const char *role, const aclTensor *tensor, std::initializer_list<aclDataType> types);
    const Desc &operator[](size_t index) const { return executor->tensors[index]; }
    double scalar(const char *role, const aclScalar *scalar);
    const std::vector<int64_t> &ints(const char *role, const aclIntArray *array);
    const std::vector<bool> &bools(const char *role, const aclBoolArray *array);

    /// Refuses the call with 161002 unless a condition holds.
    void require(bool condition, const char *format, ...) const __attribute__((format(printf, 3, 4)));
    void sameDims(const char *role, size_t index, const std::vector<int64_t> &dims) const;

    std::unique_ptr<aclOpExecutor> executor;

private:
    size_t tensor(const char *role, const aclTensor *tensor, std::initializer_list<aclDataType> types, bool output);
};

/// Ends phase one: runs the checks, and makes the executor of what they give.
aclnnStatus planned(
        const char *function, int family, uint64_t *workspaceSize, aclOpExecutor **executor,
        const std::function<Kernel(Plan &)> &checks);

/// Phase two.
aclnnStatus execute(const char *function, void *workspace, uint64_t workspaceSize, aclOpExecutor *executor, aclrtStream stream);

} // namespace fake

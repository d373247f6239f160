#include "operators.h"
#include "memory.h"
#include <cstring>

namespace fake {

size_t bytesOf(aclDataType type) {
    switch (type) {
    case ACL_INT8: case ACL_UINT8: case ACL_BOOL: return 1;
    case ACL_FLOAT16: case ACL_BF16: case ACL_INT16: return 2;
    case ACL_FLOAT: case ACL_INT32: return 4;
    case ACL_INT64: case ACL_DOUBLE: return 8;
    case ACL_DT_UNDEFINED: break;
    }
    return 0;
}

std::string nameOf(aclDataType type) {
    switch (type) {
    case ACL_FLOAT: return "FLOAT";
    case ACL_FLOAT16: return "FLOAT16";
    case ACL_INT8: return "INT8";
    case ACL_INT32: return "INT32";
    case ACL_UINT8: return "UINT8";
    case ACL_INT16: return "INT16";
    case ACL_INT64: return "INT64";
    case ACL_DOUBLE: return "DOUBLE";
    case ACL_BOOL: return "BOOL";
    case ACL_BF16: return "BF16";
    case ACL_DT_UNDEFINED: break;
    }
    return "type " + std::to_string(type);
}

std::string nameOf(const std::vector<int64_t> &dims) {
    std::string text = "[";
    for (int64_t dim : dims) text += (text.size() > 1 ? "," : "") + std::to_string(dim);
    return text + "]";
}

void Plan::require(bool condition, const char *format, ...) const {
    if (condition) return;
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    throw Refused{161002, text};
}

void Plan::sameDims(const char *role, size_t index, const std::vector<int64_t> &dims) const {
    const Desc &desc = executor->tensors[index];
    require(desc.dims == dims, "%s is %s, expected %s", role, nameOf(desc.dims).c_str(), nameOf(dims).c_str());
}

/// Why a tensor's memory cannot be used, or "".
static std::string wrong(const Desc &desc) {
    constexpr uintptr_t ALIGNMENT = 32;
    size_t bytes = static_cast<size_t>(desc.storage) * bytesOf(desc.type);
    if (reinterpret_cast<uintptr_t>(desc.data) % ALIGNMENT) return "has an address that is not a multiple of 32 bytes";
    Memory *memory = holding(desc.data, bytes);
    if (memory && memory->device >= 0) {
        return memory->device == current() ? "" : "is in memory of device " + std::to_string(memory->device) + ", this thread has device " + std::to_string(current());
    }
    return "needs " + std::to_string(bytes) + " bytes of a device, but its address is " + described(desc.data);
}

size_t Plan::tensor(const char *role, const aclTensor *handle, std::initializer_list<aclDataType> types, bool output) {
    if (!handle) throw Refused{161001, std::string(role) + " is null"};
    int code = 0;
    aclTensor *tensor = find<aclTensor>(handle, 161001, code);
    if (!tensor) throw Refused{code, ""};
    const Desc &desc = tensor->desc;
    std::string list;
    bool listed = false;
    for (aclDataType type : types) {
        listed |= type == desc.type;
        list += (list.empty() ? "" : ", ") + nameOf(type);
    }
    require(listed, "%s is %s, expected one of %s", role, nameOf(desc.type).c_str(), list.c_str());
    require(desc.type != ACL_BF16 || !state.settings.first(), "%s is BF16, which %s has not", role, state.settings.soc.c_str());
    int64_t last = desc.offset;
    for (size_t i = 0; i < desc.dims.size(); i++) last += (desc.dims[i] - 1) * desc.strides[i];
    require(desc.size() > 0, "%s %s is empty", role, nameOf(desc.dims).c_str());
    require(desc.offset >= 0 && last < desc.storage, "%s %s with strides %s and offset %ld leaves its storage of %ld elements", role,
            nameOf(desc.dims).c_str(), nameOf(desc.strides).c_str(), static_cast<long>(desc.offset), static_cast<long>(desc.storage));
    std::string problem = wrong(desc);
    require(problem.empty(), "%s %s", role, problem.c_str());
    executor->tensors.push_back(desc);
    executor->handles.push_back(handle);
    executor->outputs.push_back(output);
    return executor->tensors.size() - 1;
}

size_t Plan::in(const char *role, const aclTensor *tensor, std::initializer_list<aclDataType> types) {
    return this->tensor(role, tensor, types, false);
}

size_t Plan::out(const char *role, const aclTensor *tensor, std::initializer_list<aclDataType> types) {
    return this->tensor(role, tensor, types, true);
}

template <class T> static T &found(const char *role, const T *handle) {
    if (!handle) throw Refused{161001, std::string(role) + " is null"};
    int code = 0;
    T *object = find<T>(handle, 161001, code);
    if (!object) throw Refused{code, ""};
    return *object;
}

double Plan::scalar(const char *role, const aclScalar *scalar) { return found(role, scalar).value; }

const std::vector<int64_t> &Plan::ints(const char *role, const aclIntArray *array) { return found(role, array).values; }

const std::vector<bool> &Plan::bools(const char *role, const aclBoolArray *array) { return found(role, array).values; }

aclnnStatus planned(
        const char *function, int library, uint64_t *workspaceSize, aclOpExecutor **executor,
        const std::function<Kernel(Plan &)> &checks) {
    if (int code = enter(function)) return code;
    int code = 0;
    if (!context(code)) return code == 107002 ? 361001 : code;
    if (!family(library)) return 561000;
    if (!workspaceSize || !executor) return fail(161001, "workspaceSize or executor is null");
    try {
        Plan plan;
        plan.executor->kernel = checks(plan);
        std::string name = function;
        plan.executor->name = name.substr(0, name.size() - strlen("GetWorkspaceSize"));
        *workspaceSize = plan.executor->workspace;
        *executor = keep("executor", plan.executor.release());
        return 0;
    } catch (const Refused &refused) {
        return refused.text.empty() ? refused.code : fail(refused.code, "%s", refused.text.c_str());
    }
}

static int ready(const char *function, aclOpExecutor *executor, void *workspace, uint64_t workspaceSize) {
    if (executor->name != function) return fail(161002, "the executor is of %s", executor->name.c_str());
    if (executor->workspace > 0) {
        Memory *memory = holding(workspace, executor->workspace);
        if (workspaceSize < executor->workspace) {
            return fail(161002, "workspace of %lu bytes, expected %lu", static_cast<unsigned long>(workspaceSize), static_cast<unsigned long>(executor->workspace));
        }
        if (!memory || memory->device < 0) {
            return fail(361001, "workspace %p is %s, expected %lu bytes of the device", workspace, described(workspace).c_str(), static_cast<unsigned long>(executor->workspace));
        }
    }
    for (size_t i = 0; i < executor->tensors.size(); i++) {
        int code = 0;
        if (!executor->repeatable && !find<aclTensor>(executor->handles[i], 161001, code)) return code;
        std::string problem = wrong(executor->tensors[i]);
        if (!problem.empty()) return fail(361001, "tensor %zu %s", i, problem.c_str());
    }
    return 0;
}

aclnnStatus execute(const char *function, void *workspace, uint64_t workspaceSize, aclOpExecutor *handle, aclrtStream on) {
    if (int code = enter(function)) return code;
    int code = 0;
    Stream *stream = fake::stream(on, code);
    if (!stream) return code;
    aclOpExecutor *executor = find<aclOpExecutor>(handle, 161001, code);
    if (!executor) return code;
    if ((code = ready(function, executor, workspace, workspaceSize))) return code;
    state.dispatched = true;
    auto run = std::make_shared<Run>();
    run->tensors = executor->tensors;
    run->saturates = stream->saturates;
    run->deterministic = state.deterministic;
    run->first = state.settings.first();
    std::vector<Range> ranges;
    for (const Desc &desc : run->tensors) ranges.push_back({desc.data, static_cast<size_t>(desc.storage) * bytesOf(desc.type)});
    uint64_t scratch = executor->workspace;
    if (scratch) ranges.push_back({static_cast<char *>(workspace), scratch});
    Kernel kernel = executor->kernel;
    auto work = [run, kernel, workspace, scratch] {
        if (scratch) memset(workspace, 0xee, scratch); // nobody else's data is there
        kernel(*run);
        return Progress::DONE;
    };
    enqueue(stream, {work, ranges, {}});
    if (!executor->repeatable) {
        executor->destroyed = true;
        executor->kernel = nullptr;
    }
    return 0;
}

} // namespace fake

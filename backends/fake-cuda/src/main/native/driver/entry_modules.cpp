// Modules, functions and launches.
#include "../abi/kernel_abi.h"
#include "entries.h"
#include "images.h"
#include "launch.h"
#include <cstring>
#include <dlfcn.h>
#include <set>

namespace {

constexpr uint32_t SHARED_WITHOUT_ASKING = 48 << 10; // bytes of a block
constexpr uint32_t SHARED_MOST = 232448;

/// Adds the sources of a library of kernels to a module. Libraries stay loaded.
Result addLibrary(CUmod_st &module, const std::string &path) {
    void *handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    auto kernels = handle == nullptr ? nullptr : reinterpret_cast<FakeKernelsFunction>(dlsym(handle, "fake_kernels"));
    if (kernels == nullptr) {
        log(std::string("library of kernels: ") + dlerror());
        return INVALID_IMAGE;
    }
    for (const FakeKernels *source = kernels(); source != nullptr; source = source->next) {
        module.libraries.push_back(source);
    }
    return SUCCESS;
}

/// @return the function, or null if no library of the module has it
std::unique_ptr<CUfunc_st> functionOf(const CUmod_st &module, const std::string &name) {
    for (const FakeKernels *library : module.libraries) {
        for (uint32_t i = 0; i < library->count; i++) {
            if (name == library->kernels[i].name) {
                return std::make_unique<CUfunc_st>(CUfunc_st{library, &library->kernels[i], SHARED_WITHOUT_ASKING});
            }
        }
    }
    return nullptr;
}

std::set<const CUfunc_st *> &functions = *new std::set<const CUfunc_st *>(); // of all modules, never destroyed

bool isFunction(const CUfunc_st *function) {
    return functions.count(function) > 0;
}

Result checkLaunch(const CUfunc_st &function, const FakeLaunch &launch) {
    const FakeDim &grid = launch.grid;
    const FakeDim &block = launch.block;
    uint64_t threads = uint64_t(block.x) * block.y * block.z;
    bool isGrid = grid.x > 0 && grid.x <= 2147483647u && grid.y > 0 && grid.y <= 65535 && grid.z > 0 && grid.z <= 65535;
    bool isBlock = block.x > 0 && block.x <= 1024 && block.y > 0 && block.y <= 1024 && block.z > 0 && block.z <= 64
                   && threads <= 1024;
    std::string name = function.kernel->name;
    if (!isGrid || !isBlock) {
        log("launch of " + name + ": no device has such a grid or block");
        return INVALID_VALUE;
    }
    if (function.kernel->maxThreads != 0 && threads > function.kernel->maxThreads) {
        log("launch of " + name + ": " + std::to_string(threads) + " threads, __launch_bounds__ allows "
            + std::to_string(function.kernel->maxThreads));
        return LAUNCH_OUT_OF_RESOURCES;
    }
    if (launch.dynamicShared > function.dynamicSharedMost) {
        log("launch of " + name + ": " + std::to_string(launch.dynamicShared) + " bytes of shared memory, it may have "
            + std::to_string(function.dynamicSharedMost));
        return INVALID_VALUE;
    }
    return SUCCESS;
}

Result load(CUmodule *module, const void *data) {
    if (module == nullptr || data == nullptr) {
        return INVALID_VALUE;
    }
    Image image;
    Result result = readImage(data, image);
    auto made = std::make_shared<CUmod_st>();
    std::vector<std::string> libraries = image.library.empty() ? settings.kernels : std::vector{image.library};
    for (const std::string &path : libraries) {
        result = result == SUCCESS ? addLibrary(*made, path) : result;
    }
    if (result == SUCCESS) {
        made->image = std::make_shared<Image>(std::move(image));
        *module = enroll(made);
    }
    return result;
}

Result getFunction(CUfunction *function, CUmod_st &module, const std::string &name) {
    auto known = module.functions.find(name);
    if (known != module.functions.end()) {
        *function = known->second.get();
        return SUCCESS;
    }
    auto sizes = module.image->parameters(name);
    if (!sizes.has_value()) {
        log("the image has no kernel " + name);
        return NOT_FOUND;
    }
    auto made = functionOf(module, name);
    if (made == nullptr) {
        log("kernel " + name + " is in the image, but no library of kernels has it: setting `kernels`");
        return NOT_FOUND;
    }
    const FakeKernel &kernel = *made->kernel;
    if (module.image->isText
        && *sizes != std::vector<uint32_t>(kernel.parameterSizes, kernel.parameterSizes + kernel.parameterCount)) {
        log("kernel " + name + ": its parameters in the image differ from those of the library of kernels");
        return INVALID_IMAGE;
    }
    *function = made.get();
    functions.insert(made.get());
    module.functions[name] = std::move(made);
    return SUCCESS;
}

} // namespace

CUmod_st::~CUmod_st() {
    for (const auto &[name, function] : functions) {
        ::functions.erase(function.get());
    }
}

extern "C" {

Result cuModuleLoadDataEx(CUmodule *module, const void *image, unsigned, int *, void **) {
    return call("cuModuleLoadData", Needs::UNCAPTURED, [=] { return load(module, image); });
}

Result cuModuleLoadData(CUmodule *module, const void *image) {
    return cuModuleLoadDataEx(module, image, 0, nullptr, nullptr);
}

Result cuModuleUnload(CUmodule module) {
    return call("cuModuleUnload", Needs::CONTEXT_TO_FREE, [=]() -> Result {
        if (find(module) == nullptr) {
            return INVALID_HANDLE;
        }
        waitForAll(currentContext());
        registry.erase(module);
        return SUCCESS;
    });
}

Result cuModuleGetFunction(CUfunction *function, CUmodule handle, const char *name) {
    return call("cuModuleGetFunction", Needs::CONTEXT, [=]() -> Result {
        auto module = find(handle);
        if (module == nullptr) {
            return INVALID_HANDLE;
        }
        return function == nullptr || name == nullptr ? INVALID_VALUE : getFunction(function, *module, name);
    });
}

Result cuFuncGetAttribute(int *value, int attribute, CUfunction function) {
    return call("cuFuncGetAttribute", Needs::CONTEXT, [=]() -> Result {
        if (!isFunction(function)) {
            return INVALID_HANDLE;
        }
        uint32_t threads = function->kernel->maxThreads;
        *value = attribute == 0   ? static_cast<int>(threads == 0 ? 1024 : threads)
                 : attribute == 8 ? static_cast<int>(function->dynamicSharedMost)
                                  : 0;
        return SUCCESS;
    });
}

Result cuFuncSetAttribute(CUfunction function, int attribute, int value) {
    return call("cuFuncSetAttribute", Needs::CONTEXT, [=]() -> Result {
        if (!isFunction(function)) {
            return INVALID_HANDLE;
        }
        constexpr int DYNAMIC_SHARED_MOST = 8;
        if (attribute == DYNAMIC_SHARED_MOST) {
            if (value < 0 || static_cast<uint32_t>(value) > SHARED_MOST) {
                return INVALID_VALUE;
            }
            function->dynamicSharedMost = static_cast<uint32_t>(value);
        }
        return SUCCESS;
    });
}

Result cuLaunchKernel(CUfunction function, unsigned gridX, unsigned gridY, unsigned gridZ, unsigned blockX,
                      unsigned blockY, unsigned blockZ, unsigned shared, CUstream handle, void **parameters,
                      void **extra) {
    return call("cuLaunchKernel", Needs::CONTEXT, [=]() -> Result {
        auto stream = streamOf(handle);
        if (!isFunction(function) || stream == nullptr || stream->context != currentContext()) {
            return INVALID_HANDLE;
        }
        const FakeKernel *kernel = function->kernel;
        if (extra != nullptr || (parameters == nullptr && kernel->parameterCount > 0)) {
            return INVALID_VALUE;
        }
        FakeLaunch launch{{gridX, gridY, gridZ}, {blockX, blockY, blockZ}, shared, 0, 0};
        if (Result refused = checkLaunch(*function, launch)) {
            return refused;
        }
        std::vector<std::vector<unsigned char>> bytes;
        for (uint32_t i = 0; i < kernel->parameterCount; i++) {
            auto *from = static_cast<const unsigned char *>(parameters[i]);
            bytes.emplace_back(from, from + kernel->parameterSizes[i]);
        }
        return add(stream, kernelWork(function->library, kernel, launch, std::move(bytes), stream->context->device));
    });
}
}

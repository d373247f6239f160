// libnvrtc.so.13: compiles with g++ what NVRTC would compile for a device. The image names the library of kernels, its
// entries, their parameters and the target, in the words of PTX; the fake driver reads it.
#include "../abi/kernel_abi.h"
#include "host_build.h"
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace {

enum Result { SUCCESS, OUT_OF_MEMORY, CREATION_FAILURE, INVALID_INPUT, INVALID_PROGRAM, INVALID_OPTION, COMPILATION };

const char *const NAMES[] = {"NVRTC_SUCCESS",
                             "NVRTC_ERROR_OUT_OF_MEMORY",
                             "NVRTC_ERROR_PROGRAM_CREATION_FAILURE",
                             "NVRTC_ERROR_INVALID_INPUT",
                             "NVRTC_ERROR_INVALID_PROGRAM",
                             "NVRTC_ERROR_INVALID_OPTION",
                             "NVRTC_ERROR_COMPILATION"};

const int TARGETS[] = {75, 80, 86, 87, 88, 89, 90, 100, 103, 110, 120, 121};

struct Options {
    fake::HostOptions host;
    std::string target = "75";
    bool machine = false; // sm_XX, so that there is a cubin too
};

/// Reads `--name=value` or `-short=value`.
bool takes(const std::string &option, const char *name, std::string &value) {
    size_t length = strlen(name);
    if (option.compare(0, length, name) != 0 || option.size() <= length || option[length] != '=') {
        return false;
    }
    value = option.substr(length + 1);
    return true;
}

bool isTrueOrFalse(const std::string &value, bool &to) {
    to = value == "true";
    return to || value == "false";
}

bool isTarget(const std::string &value, Options &options) {
    size_t line = value.find('_');
    std::string kind = value.substr(0, line);
    options.machine = kind == "sm";
    options.target = line == std::string::npos ? "" : value.substr(line + 1);
    for (int target : TARGETS) {
        std::string number = std::to_string(target);
        options.host.architecture = target * 10;
        if ((options.machine || kind == "compute")
            && (options.target == number || options.target == number + "a" || options.target == number + "f")) {
            return true;
        }
    }
    return false;
}

/// @return whether the option is one of NVRTC's that the stand-ins can follow
bool read(const std::string &option, Options &options) {
    std::string value;
    bool flag;
    if (takes(option, "--gpu-architecture", value) || takes(option, "-arch", value)) {
        return isTarget(value, options);
    }
    if (takes(option, "--std", value) || takes(option, "-std", value)) {
        options.host.standard = value;
        return value == "c++11" || value == "c++14" || value == "c++17" || value == "c++20";
    }
    if (takes(option, "--fmad", value) || takes(option, "-fmad", value)) {
        return isTrueOrFalse(value, options.host.contract);
    }
    if (takes(option, "--ftz", value) || takes(option, "-ftz", value)) {
        return isTrueOrFalse(value, flag) && !flag;
    }
    if (takes(option, "--prec-div", value) || takes(option, "--prec-sqrt", value)) {
        return isTrueOrFalse(value, flag) && flag;
    }
    if (takes(option, "--include-path", value)) {
        options.host.preprocessor.push_back("-I" + value);
        return true;
    }
    if (takes(option, "--define-macro", value)) {
        options.host.preprocessor.push_back("-D" + value);
        return true;
    }
    std::string start = option.substr(0, 2);
    if ((start == "-I" || start == "-D" || start == "-U") && option.size() > 2) {
        options.host.preprocessor.push_back(option);
        return true;
    }
    return option == "--device-as-default-execution-space" || option == "-default-device"
           || option == "--generate-line-info" || option == "-lineinfo";
}

/// 128 bits of FNV-1a, as two runs from different starts.
std::string digest(const std::string &text) {
    std::string result;
    for (uint64_t hash : {14695981039346656037ull, 88172645463325252ull}) {
        for (char c : text) {
            hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ull;
        }
        char digits[17];
        snprintf(digits, sizeof digits, "%016lx", static_cast<unsigned long>(hash));
        result += digits;
    }
    return result;
}

/// Makes the directories of a path.
void makeParents(const std::string &path) {
    for (size_t slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1)) {
        mkdir(path.substr(0, slash).c_str(), 0777);
    }
}

std::string image(const std::string &library, const std::string &target, std::string &problem) {
    void *handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
    auto kernels = handle == nullptr ? nullptr : reinterpret_cast<FakeKernelsFunction>(dlsym(handle, "fake_kernels"));
    if (kernels == nullptr) {
        problem = dlerror();
        return "";
    }
    std::string text = "// fake image\n// library " + library + "\n.version 9.0\n.target sm_" + target
                       + "\n.address_size 64\n";
    const FakeKernels *source = kernels();
    for (uint32_t i = 0; i < source->count; i++) {
        const FakeKernel &kernel = source->kernels[i];
        text += std::string(".visible .entry ") + kernel.name + "(";
        for (uint32_t p = 0; p < kernel.parameterCount; p++) {
            text += std::string(p == 0 ? "\n" : ",\n") + "\t.param .align 8 .b8 " + kernel.name + "_param_"
                    + std::to_string(p) + "[" + std::to_string(kernel.parameterSizes[p]) + "]";
        }
        text += "\n)\n{\n\tret;\n}\n";
    }
    return text;
}

} // namespace

struct _nvrtcProgram {
    std::string source, name;
    std::vector<std::pair<std::string, std::string>> headers; // name, text
    std::string log, image;
    bool machine = false;

    Result compile(const Options &options);
};

Result _nvrtcProgram::compile(const Options &options) {
    std::string work = fake::temporaryDirectory();
    for (const auto &[header, text] : headers) {
        makeParents(work + "/" + header);
        fake::writeFile(work + "/" + header, text);
    }
    makeParents(work + "/" + name);
    fake::writeFile(work + "/" + name, source);
    fake::HostOptions host = options.host;
    host.preprocessor.insert(host.preprocessor.begin(), {"-I.", "-D__CUDACC_RTC__"});
    fake::HostResult result = fake::hostSource(work, name, host);
    if (result.ok) {
        std::string flags = fake::hostFlags(options.host);
        std::string library = work.substr(0, work.rfind('/')) + "/" + digest(flags + result.text) + ".so";
        if (access(library.c_str(), R_OK) != 0) {
            fake::writeFile(work + "/fake.ii", result.text);
            result = fake::command("cd " + fake::quoted(work) + " && g++ " + flags + " -shared -o fake.so fake.ii");
            if (result.ok) {
                rename((work + "/fake.so").c_str(), library.c_str());
            }
        }
        if (result.ok) {
            result.text.clear();
            image = ::image(library, options.target, result.text);
            result.ok = !image.empty();
        }
    }
    log = result.text;
    fake::command("rm -rf " + fake::quoted(work));
    machine = options.machine;
    return result.ok ? SUCCESS : COMPILATION;
}

extern "C" {

int nvrtcVersion(int *major, int *minor) {
    if (major == nullptr || minor == nullptr) {
        return INVALID_INPUT;
    }
    *major = 13;
    *minor = 1;
    return SUCCESS;
}

const char *nvrtcGetErrorString(int result) {
    bool known = result >= 0 && result < static_cast<int>(sizeof NAMES / sizeof NAMES[0]);
    return known ? NAMES[result] : "NVRTC_ERROR unknown";
}

int nvrtcGetNumSupportedArchs(int *count) {
    *count = sizeof TARGETS / sizeof TARGETS[0];
    return SUCCESS;
}

int nvrtcGetSupportedArchs(int *targets) {
    memcpy(targets, TARGETS, sizeof TARGETS);
    return SUCCESS;
}

int nvrtcCreateProgram(_nvrtcProgram **program, const char *source, const char *name, int headers,
                       const char *const *texts, const char *const *names) {
    if (program == nullptr || source == nullptr || headers < 0) {
        return INVALID_INPUT;
    }
    auto *made = new _nvrtcProgram;
    made->source = source;
    made->name = name == nullptr || *name == 0 ? "default_program" : name;
    for (int i = 0; i < headers; i++) {
        made->headers.emplace_back(names[i], texts[i]);
    }
    *program = made;
    return SUCCESS;
}

int nvrtcDestroyProgram(_nvrtcProgram **program) {
    if (program == nullptr || *program == nullptr) {
        return INVALID_PROGRAM;
    }
    delete *program;
    *program = nullptr;
    return SUCCESS;
}

int nvrtcCompileProgram(_nvrtcProgram *program, int count, const char *const *given) {
    if (program == nullptr) {
        return INVALID_PROGRAM;
    }
    program->image.clear();
    Options options;
    for (int i = 0; i < count; i++) {
        if (!read(given[i], options)) {
            program->log = std::string("nvrtc: error: invalid option, or not of the fake NVRTC: '") + given[i] + "'\n";
            return INVALID_OPTION;
        }
    }
    return program->compile(options);
}

int nvrtcGetProgramLogSize(_nvrtcProgram *program, size_t *size) {
    if (program == nullptr) {
        return INVALID_PROGRAM;
    }
    *size = program->log.size() + 1;
    return SUCCESS;
}

int nvrtcGetProgramLog(_nvrtcProgram *program, char *log) {
    if (program == nullptr) {
        return INVALID_PROGRAM;
    }
    memcpy(log, program->log.c_str(), program->log.size() + 1);
    return SUCCESS;
}

int nvrtcGetPTXSize(_nvrtcProgram *program, size_t *size) {
    if (program == nullptr || program->image.empty()) {
        return INVALID_PROGRAM;
    }
    *size = program->image.size() + 1;
    return SUCCESS;
}

int nvrtcGetPTX(_nvrtcProgram *program, char *ptx) {
    if (program == nullptr || program->image.empty()) {
        return INVALID_PROGRAM;
    }
    memcpy(ptx, program->image.c_str(), program->image.size() + 1);
    return SUCCESS;
}

// a cubin exists for a machine only, as NVRTC has it; the image is the same
int nvrtcGetCUBINSize(_nvrtcProgram *program, size_t *size) {
    int result = nvrtcGetPTXSize(program, size);
    if (result == SUCCESS && !program->machine) {
        *size = 0;
    }
    return result;
}

int nvrtcGetCUBIN(_nvrtcProgram *program, char *cubin) {
    return program != nullptr && !program->machine ? INVALID_PROGRAM : nvrtcGetPTX(program, cubin);
}
}

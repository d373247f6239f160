#include "host_build.h"
#include "rewrite.h"
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <fstream>
#include <sstream>
#include <sys/stat.h>

namespace fake {
namespace {

/// The directory above the one that this library or program lies in.
std::string home() {
    Dl_info info;
    dladdr(reinterpret_cast<void *>(&home), &info);
    char *resolved = realpath(info.dli_fname, nullptr);
    std::string path = resolved == nullptr ? info.dli_fname : resolved;
    free(resolved);
    path = path.substr(0, path.rfind('/'));
    return path.substr(0, path.rfind('/'));
}

} // namespace

std::string sourceRoot() {
    return home() + "/source";
}

std::string quoted(const std::string &word) {
    std::string result = "'";
    for (char c : word) {
        result += c == '\'' ? "'\\''" : std::string(1, c);
    }
    return result + "'";
}

HostResult command(const std::string &line) {
    FILE *pipe = popen(("{ " + line + "; } 2>&1 </dev/null").c_str(), "re");
    if (pipe == nullptr) {
        return {false, "cannot start a shell"};
    }
    std::string text;
    char buffer[4096];
    for (size_t read; (read = fread(buffer, 1, sizeof buffer, pipe)) > 0;) {
        text.append(buffer, read);
    }
    return {pclose(pipe) == 0, text};
}

std::string readFile(const std::string &path) {
    std::ifstream file(path, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

void writeFile(const std::string &path, const std::string &text) {
    std::ofstream(path, std::ios::binary) << text;
}

std::string temporaryDirectory() {
    std::string kernels = home() + "/kernels";
    mkdir(kernels.c_str(), 0777);
    std::string pattern = kernels + "/building-XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) {
        perror(pattern.c_str());
        abort(); // the cache directory cannot be written: FakeCuda.build() has just written it
    }
    return pattern;
}

HostResult hostSource(const std::string &directory, const std::string &file, const HostOptions &options) {
    std::string line = "cd " + quoted(directory) + " && g++ -E -x c++ -std=" + options.standard + " -I"
                       + quoted(sourceRoot() + "/device") + " -I" + quoted(sourceRoot() + "/abi")
                       + " -include fake_device.h -D__CUDACC__ -D__CUDA_ARCH__=" + std::to_string(options.architecture);
    for (const std::string &flag : options.preprocessor) {
        line += " " + quoted(flag);
    }
    HostResult preprocessed = command(line + " " + quoted(file));
    if (!preprocessed.ok) {
        return preprocessed;
    }
    return {true, rewrite(preprocessed.text)};
}

std::string hostFlags(const HostOptions &options) {
    std::string flags = "-x c++-cpp-output -std=" + options.standard
                        + " -fPIC -fvisibility=hidden -fno-gnu-unique -fno-strict-aliasing -fno-math-errno -w"
                          " -mavx2 -mfma -mf16c -ffp-contract="
                        + (options.contract ? "fast" : "off");
    return flags + (options.sanitize ? " -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all" : " -O2 -g1");
}

} // namespace fake

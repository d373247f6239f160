// Compiles CUDA sources ahead of time:
//   fakenvcc [-I DIR]… [-D NAME]… [--fmad=false] [--replay] -o OUT SOURCE…
// OUT is a library of kernels for the setting `kernels` of the fake driver or, with --replay, the sanitized program that
// repeats recorded launches of these kernels.
#include "host_build.h"
#include <cstdio>
#include <cstdlib>

namespace {

std::string absolute(const char *path) {
    char *resolved = realpath(path, nullptr);
    std::string result = resolved == nullptr ? path : resolved;
    free(resolved);
    return result;
}

int fail(const std::string &message) {
    fprintf(stderr, "%s\n", message.c_str());
    return 1;
}

int build(const fake::HostOptions &options, const std::vector<std::string> &sources, const std::string &out,
          const std::string &work) {
    std::string objects;
    for (size_t i = 0; i < sources.size(); i++) {
        fake::HostResult source = fake::hostSource("/", sources[i], options);
        if (!source.ok) {
            return fail(source.text);
        }
        std::string name = work + "/" + std::to_string(i);
        fake::writeFile(name + ".ii", source.text);
        fake::HostResult object = fake::command("g++ " + fake::hostFlags(options) + " -c -o " + name + ".o " + name + ".ii");
        if (!object.ok) {
            return fail(object.text);
        }
        objects += " " + name + ".o";
    }
    std::string link = "g++ -o " + fake::quoted(work + "/out") + objects;
    if (options.sanitize) {
        std::string root = fake::sourceRoot();
        link += " -std=c++17 -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -x c++ " + fake::quoted(root + "/replay/replay.cpp") + " "
                + fake::quoted(root + "/abi/scheduler.cpp") + " " + fake::quoted(root + "/abi/fiber.cpp");
    } else {
        link += " -shared";
    }
    fake::HostResult linked = fake::command(link);
    if (!linked.ok) {
        return fail(linked.text);
    }
    fake::HostResult moved = fake::command("mv " + fake::quoted(work + "/out") + " " + fake::quoted(out));
    return moved.ok ? 0 : fail(moved.text);
}

} // namespace

int main(int count, char **arguments) {
    fake::HostOptions options;
    std::vector<std::string> sources;
    std::string out;
    for (int i = 1; i < count; i++) {
        std::string argument = arguments[i];
        bool hasValue = i + 1 < count;
        if (argument == "-I" && hasValue) {
            options.preprocessor.push_back("-I" + absolute(arguments[++i]));
        } else if (argument == "-D" && hasValue) {
            options.preprocessor.push_back(std::string("-D") + arguments[++i]);
        } else if (argument == "-o" && hasValue) {
            out = arguments[++i];
        } else if (argument == "--fmad=false") {
            options.contract = false;
        } else if (argument == "--replay") {
            options.sanitize = true;
        } else if (argument[0] == '-') {
            return fail("unknown argument " + argument);
        } else {
            sources.push_back(absolute(argument.c_str()));
        }
    }
    if (out.empty() || sources.empty()) {
        return fail("usage: fakenvcc [-I DIR]... [-D NAME]... [--fmad=false] [--replay] -o OUT SOURCE...");
    }
    std::string work = fake::temporaryDirectory();
    int status = build(options, sources, out, work);
    fake::command("rm -rf " + fake::quoted(work));
    return status;
}

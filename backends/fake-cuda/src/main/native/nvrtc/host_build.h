// Compiles CUDA C++ with g++ against the stand-in headers.
#pragma once
#include <string>
#include <vector>

namespace fake {

struct HostOptions {
    std::vector<std::string> preprocessor;  // -I, -D and the like, as g++ takes them
    std::string standard = "c++17";
    int architecture = 900; // of the device, as __CUDA_ARCH__ has it
    bool contract = true;  // a*b+c as one operation, as a CUDA compiler does by itself
    bool sanitize = false; // address and undefined behaviour
};

struct HostResult {
    bool ok;
    std::string text; // the result, or what the compiler said
};

/// Where the sources of the stand-ins lie, found beside this library or program.
std::string sourceRoot();

/// Runs a command.
///
/// @return what it printed
HostResult command(const std::string &line);

/// @return the word in quotes for a shell
std::string quoted(const std::string &word);

std::string readFile(const std::string &path);
void writeFile(const std::string &path, const std::string &text);

/// A new empty directory beside the libraries, for whoever removes it.
std::string temporaryDirectory();

/// Preprocesses and rewrites a source.
///
/// @param directory where the compiler is started, so that its messages name the file as it is given here
HostResult hostSource(const std::string &directory, const std::string &file, const HostOptions &options);

/// The flags that compile what hostSource made.
std::string hostFlags(const HostOptions &options);

} // namespace fake

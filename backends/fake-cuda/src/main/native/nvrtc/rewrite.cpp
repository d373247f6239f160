#include "rewrite.h"
#include <algorithm>
#include <cctype>
#include <map>
#include <vector>

namespace fake {
namespace {

bool isWord(char c) {
    return isalnum(static_cast<unsigned char>(c)) || c == '_';
}

/// Reads preprocessed C++ word by word: no comments, but strings, characters and line markers.
class Rewriter {
public:
    explicit Rewriter(const std::string &text) : text(text) {}

    std::string rewritten() {
        while (at < text.size()) {
            step();
        }
        return out + table();
    }

private:
    void step() {
        char c = text[at];
        if (c == '#' && (at == 0 || text[at - 1] == '\n')) {
            copy(text.find('\n', at));
        } else if (c == '"' || c == '\'') {
            copy(endOfLiteral(at));
        } else if (isdigit(static_cast<unsigned char>(c))) {
            copy(endOfNumber(at));
        } else if (isWord(c)) {
            word();
        } else {
            if (c == '{') {
                blocks.push_back(opensExternC);
                externC = opensExternC = false;
            } else if (c == '}') {
                if (!blocks.empty()) {
                    blocks.pop_back();
                }
                externC = false;
            } else if (c == ';') {
                externC = false;
            }
            out += c;
            at++;
        }
    }

    void word() {
        size_t end = endOfWord(at);
        std::string word = text.substr(at, end - at);
        size_t next = skipSpace(end);
        if (word == "extern" && text.compare(next, 3, "\"C\"") == 0) {
            externC = true;
            opensExternC = text[skipSpace(next + 3)] == '{';
            copy(end);
        } else if ((word == "extern" || word == "static") && wordAt(next) == "__shared__") {
            at = endOfWord(next);
            word == "extern" ? dynamicShared() : staticShared();
        } else if (word == "__shared__") {
            at = end;
            staticShared();
        } else if (word == "__global__") {
            at = end;
            kernel();
        } else if (word == "__launch_bounds__") {
            at = closing(next);
        } else {
            copy(end);
        }
    }

    /// Notes the kernel whose declaration goes on here, if a driver could find it by its name.
    void kernel() {
        std::string last;
        std::string bounds = "0";
        for (size_t look = skipSpace(at); look < text.size();) {
            if (isWord(text[look])) {
                last = wordAt(look);
                look = endOfWord(look);
                size_t open = skipSpace(look);
                if (last == "__launch_bounds__" || last == "__attribute__" || last == "alignas") {
                    size_t close = closing(open);
                    if (last == "__launch_bounds__") {
                        bounds = firstArgument(text.substr(open + 1, close - open - 2));
                    }
                    look = close;
                }
            } else if (text[look] == '(') {
                break;
            } else {
                look++;
            }
        }
        bool linkage = externC;
        for (bool block : blocks) {
            linkage = linkage || block;
        }
        if (linkage && (kernels.count(last) == 0 || bounds != "0")) {
            kernels[last] = bounds;
        }
    }

    void staticShared() {
        std::string declaration = takeDeclaration();
        out += "static" + declaration + ";";
        for (const std::string &name : names(declaration)) {
            out += " static uint64_t fake_poisoned_" + name + "; fake::poison(" + name + ", fake_poisoned_" + name + ");";
        }
    }

    void dynamicShared() {
        if (std::all_of(blocks.begin(), blocks.end(), [](bool isExternC) { return isExternC; })) {
            out += "static_assert(false, \"fake CUDA: extern __shared__ has to stand in a function\"); ";
        }
        std::string declaration = takeDeclaration();
        std::string name = names(declaration).front();
        size_t where = declaration.rfind(name, declaration.find('['));
        out += declaration.substr(0, where) + "*const " + name + " = fake::DynamicShared();";
    }

    /// The text up to the next semicolon, which is passed.
    std::string takeDeclaration() {
        size_t end = text.find(';', at);
        std::string declaration = text.substr(at, end - at);
        at = end == std::string::npos ? text.size() : end + 1;
        return declaration;
    }

    /// The variables of a declaration: the last word before the first bracket of each declarator.
    static std::vector<std::string> names(const std::string &declaration) {
        std::vector<std::string> found;
        std::string last;
        int depth = 0;
        bool named = false;
        for (size_t i = 0; i <= declaration.size(); i++) {
            char c = i < declaration.size() ? declaration[i] : ',';
            if (depth == 0 && (c == '[' || c == ',') && !named) {
                found.push_back(last);
                named = true;
            }
            if (depth == 0 && c == ',') {
                named = false;
            }
            depth += c == '(' || c == '[' || c == '<' ? 1 : c == ')' || c == ']' || c == '>' ? -1 : 0;
            if (depth == 0 && isWord(c)) {
                size_t end = i;
                while (end < declaration.size() && isWord(declaration[end])) {
                    end++;
                }
                last = declaration.substr(i, end - i);
                i = end - 1;
            }
        }
        return found;
    }

    /// A table with an empty last entry (device/fake_kernels.h).
    std::string table() const {
        std::string entries;
        for (const auto &[name, maxThreads] : kernels) {
            entries += "fake::entry<&" + name + ">(\"" + name + "\", " + maxThreads + "), ";
        }
        return "\nstatic const FakeKernel fake_table[] = {" + entries + "{}};\nstatic fake::Source fake_source(fake_table, "
               + std::to_string(kernels.size()) + ");\n";
    }

    void copy(size_t end) {
        end = end == std::string::npos ? text.size() : end;
        out.append(text, at, end - at);
        at = end;
    }

    size_t skipSpace(size_t from) const {
        while (from < text.size() && isspace(static_cast<unsigned char>(text[from]))) {
            from++;
        }
        return from;
    }

    size_t endOfWord(size_t from) const {
        while (from < text.size() && isWord(text[from])) {
            from++;
        }
        return from;
    }

    /// Of a number: 1.5e-3f, 0x1p-2 and 1'000 are one.
    size_t endOfNumber(size_t from) const {
        while (from < text.size()
               && (isWord(text[from]) || text[from] == '.' || text[from] == '\''
                   || ((text[from] == '-' || text[from] == '+') && isExponent(text[from - 1])))) {
            from++;
        }
        return from;
    }

    static bool isExponent(char c) {
        return c == 'e' || c == 'E' || c == 'p' || c == 'P';
    }

    std::string wordAt(size_t from) const {
        return text.substr(from, endOfWord(from) - from);
    }

    size_t endOfLiteral(size_t from) const {
        char quote = text[from++];
        while (from < text.size() && text[from] != quote) {
            from += text[from] == '\\' ? 2 : 1;
        }
        return from + 1;
    }

    /// The place behind the bracket that closes the one here.
    size_t closing(size_t open) const {
        int depth = 0;
        for (size_t i = open; i < text.size(); i++) {
            depth += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
            if (depth == 0) {
                return i + 1;
            }
        }
        return text.size();
    }

    static std::string firstArgument(const std::string &arguments) {
        int depth = 0;
        for (size_t i = 0; i < arguments.size(); i++) {
            char c = arguments[i];
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c == ',' && depth == 0) {
                return arguments.substr(0, i);
            }
        }
        return arguments;
    }

    const std::string &text;
    size_t at = 0;
    std::string out;
    bool externC = false;      // of the declaration that is being read
    bool opensExternC = false; // the next brace opens a block of such declarations
    std::vector<bool> blocks; // that are open: whether each is of extern "C"
    std::map<std::string, std::string> kernels; // by name, the most threads of a block
};

} // namespace

std::string rewrite(const std::string &preprocessed) {
    return Rewriter(preprocessed).rewritten();
}

} // namespace fake

#include "settings.h"
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <unistd.h>

namespace fake {

static bool number(const std::string &text, uint64_t most, uint64_t &out) {
    char *end;
    if (text.empty() || !isdigit(static_cast<unsigned char>(text[0]))) return false;
    out = strtoull(text.c_str(), &end, 10);
    return !*end && out <= most;
}

static bool failure(const std::string &text, std::vector<PlannedFailure> &failures) {
    size_t second = text.rfind(':');
    size_t first = second == std::string::npos || second == 0 ? second : text.rfind(':', second - 1);
    uint64_t nth, code;
    if (first == std::string::npos || second <= first || !number(text.substr(first + 1, second - first - 1), UINT32_MAX, nth) ||
        !number(text.substr(second + 1), INT32_MAX, code) || nth == 0) {
        return false;
    }
    failures.push_back({text.substr(0, first), nth, static_cast<int>(code)});
    return true;
}

bool Settings::set(const std::string &name, const std::string &value) {
    uint64_t n;
    if (name == "soc") return value.rfind("Ascend", 0) == 0 && (soc = value, true);
    if (name == "cann") return !value.empty() && (cann = value, true);
    if (name == "log") return log = value, true;
    if (name == "fail") {
        std::istringstream all(value);
        for (std::string one; std::getline(all, one, ',');) {
            if (!failure(one, failures)) return false;
        }
        return true;
    }
    if (name == "devices") return number(value, 64, n) && (devices = static_cast<int>(n), true);
    if (name == "memory") return number(value, UINT64_MAX, n) && (memory = n, true);
    if (name == "lazy") return number(value, 1, n) && (lazy = n, true);
    if (name == "nondeterministic") return number(value, UINT64_MAX, n) && (seed = n, true);
    if (name == "timeout") return number(value, INT32_MAX, n) && n && (timeout = static_cast<int>(n), true);
    if (name == "lost") return number(value, 1, n) && (lost = n, true);
    return false;
}

Settings fromEnvironment() {
    Settings settings;
    for (const char *name : {"soc", "cann", "devices", "memory", "lazy", "nondeterministic", "timeout", "lost", "log", "fail"}) {
        std::string variable = "FAKEASCEND_";
        for (const char *c = name; *c; c++) variable += static_cast<char>(toupper(*c));
        const char *value = getenv(variable.c_str());
        if (value && !settings.set(name, value)) {
            fprintf(stderr, "%s=%s: the fake NPU cannot read this value\n", variable.c_str(), value);
            _exit(2);
        }
    }
    return settings;
}

} // namespace fake

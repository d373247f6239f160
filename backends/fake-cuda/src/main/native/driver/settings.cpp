#include "settings.h"
#include <cstdio>
#include <cstdlib>
#include <map>
#include <sstream>

namespace fake {
namespace {

const char *const NAMES[] = {"devices", "capability", "version", "init",    "memory", "order",
                             "seed",    "lazy",       "timeout", "kernels", "fail",   "record", "log"};

template <class T> bool number(const std::string &value, T &to) {
    std::istringstream in(value);
    T read;
    if (!(in >> read) || in.peek() != EOF) {
        return false;
    }
    to = read;
    return true;
}

bool capability(const std::string &value, int &major, int &minor) {
    size_t dot = value.find('.');
    return dot != std::string::npos && number(value.substr(0, dot), major) && number(value.substr(dot + 1), minor);
}

std::vector<std::string> paths(const std::string &value) {
    std::vector<std::string> result;
    std::istringstream in(value);
    for (std::string path; std::getline(in, path, ':');) {
        result.push_back(path);
    }
    return result;
}

bool failures(const std::string &value, std::vector<PlannedFailure> &to) {
    std::istringstream in(value);
    for (std::string one; std::getline(in, one, ',');) {
        size_t colon = one.find(':');
        size_t equals = one.find('=');
        PlannedFailure failure{one.substr(0, colon), 0, 0};
        if (colon == std::string::npos || equals == std::string::npos || equals < colon
            || !number(one.substr(colon + 1, equals - colon - 1), failure.callsLeft)
            || !number(one.substr(equals + 1), failure.code)) {
            return false;
        }
        to.push_back(failure);
    }
    return true;
}

} // namespace

Settings settings = fromEnvironment();

bool Settings::set(const std::string &name, const std::string &value) {
    if (name == "devices") {
        return number(value, devices);
    } else if (name == "capability") {
        return capability(value, major, minor);
    } else if (name == "version") {
        return number(value, version);
    } else if (name == "init") {
        return number(value, init);
    } else if (name == "memory") {
        return number(value, memory);
    } else if (name == "order") {
        return number(value, order) && order <= 2;
    } else if (name == "seed") {
        return number(value, seed);
    } else if (name == "lazy") {
        return number(value, lazy);
    } else if (name == "timeout") {
        return number(value, timeout);
    } else if (name == "kernels") {
        kernels = paths(value);
    } else if (name == "fail") {
        return fake::failures(value, failures);
    } else if (name == "record") {
        record = value;
    } else if (name == "log") {
        log = value;
    } else {
        return false;
    }
    return true;
}

Settings fromEnvironment() {
    Settings result;
    for (std::string name : NAMES) {
        std::string variable = "FAKECUDA_" + name;
        for (char &c : variable) {
            c = static_cast<char>(toupper(c));
        }
        const char *value = getenv(variable.c_str());
        if (value != nullptr && !result.set(name, value)) {
            fprintf(stderr, "%s=%s: cannot be read\n", variable.c_str(), value);
            exit(2);
        }
    }
    return result;
}

} // namespace fake

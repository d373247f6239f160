#include "state.h"
#include <cstdarg>
#include <cstdio>

namespace fake {

State state;

static thread_local std::string function;
static thread_local std::string message;
static thread_local std::string given;
static thread_local int device = -1;

int current() { return device; }
void setCurrent(int next) { device = next; }

static void append(const std::string &line) {
    Lock lock(state.lock);
    state.log.push_back(line);
    if (!state.settings.log.empty()) {
        if (FILE *file = fopen(state.settings.log.c_str(), "a")) {
            fprintf(file, "%s\n", line.c_str());
            fclose(file);
        }
    }
}

static std::string formatted(const char *format, va_list arguments) {
    char text[1024];
    vsnprintf(text, sizeof text, format, arguments);
    return text;
}

int fail(int code, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    message = "EZ9999: " + function + ": " + formatted(format, arguments);
    va_end(arguments);
    append(std::to_string(code) + " " + message);
    return code;
}

void complain(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    append("misuse " + function + ": " + formatted(format, arguments));
    va_end(arguments);
}

const char *recent() {
    given.swap(message);
    message.clear();
    return given.empty() ? nullptr : given.c_str();
}

int enter(const char *name) {
    Lock lock(state.lock);
    function = name;
    state.counts[name]++;
    for (auto &failure : state.settings.failures) {
        if (failure.function == name && failure.callsLeft && --failure.callsLeft == 0) {
            return fail(failure.code, "planned failure");
        }
    }
    return 0;
}

uint64_t draw() {
    Lock lock(state.lock);
    return state.settings.seed * 0x9e3779b97f4a7c15ull + ++state.drawn;
}

bool family(int bit) {
    Lock lock(state.lock);
    state.families |= bit;
    if (state.families != 3) return true;
    fail(561000, "libopapi.so and libopapi_*.so are in one process: open one family of operator libraries");
    return false;
}

} // namespace fake

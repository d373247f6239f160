#include "calls.h"
#include "captures.h"
#include "registry.h"
#include "settings.h"
#include <cstdio>
#include <deque>

namespace fake {

std::recursive_mutex mutex;
std::condition_variable_any changed;
std::map<std::string, uint64_t> counters;
std::map<const void *, Live> &registry = *new std::map<const void *, Live>();
bool initialized = false;
std::deque<std::string> lines;

namespace {

constexpr size_t MOST_LINES = 20000;

CUctx_st contexts[64];
thread_local CUctx_st *current __attribute__((tls_model("initial-exec")));

} // namespace

CUctx_st *currentContext() {
    return current;
}

void setCurrentContext(CUctx_st *context) {
    current = context;
}

CUctx_st *primaryContext(int device) {
    contexts[device].device = device;
    return &contexts[device];
}

bool isContext(const CUctx_st *context) {
    return context >= contexts && context < std::end(contexts) && context->references > 0;
}

void count(const std::string &name, uint64_t by) {
    counters[name] += by;
}

void log(const std::string &line) {
    lines.push_back(line);
    if (lines.size() > MOST_LINES) {
        lines.pop_front();
    }
    if (!settings.log.empty()) {
        if (FILE *file = fopen(settings.log.c_str(), "ae")) {
            fprintf(file, "%s\n", line.c_str());
            fclose(file);
        }
    }
}

Result injected(const std::string &function) {
    auto &failures = settings.failures;
    for (auto failure = failures.begin(); failure != failures.end(); failure++) {
        if (failure->function == function && --failure->callsLeft == 0) {
            Result code = failure->code;
            failures.erase(failure);
            log(function + " fails as planned with " + std::to_string(code));
            return code;
        }
    }
    return SUCCESS;
}

Result enter(const char *function, Needs needs) {
    count(function);
    Result planned = injected(function);
    if (planned != SUCCESS) {
        return planned;
    }
    if (needs == Needs::NOTHING) {
        return SUCCESS;
    }
    if (!initialized) {
        return NOT_INITIALIZED;
    }
    if (needs == Needs::INIT) {
        return SUCCESS;
    }
    if (!isContext(current)) {
        return INVALID_CONTEXT;
    }
    if (needs == Needs::CONTEXT_TO_FREE || needs == Needs::UNCAPTURED) {
        if (Result refused = refuseWhileCapturing(function)) {
            return refused;
        }
    }
    return needs == Needs::CONTEXT_TO_FREE ? SUCCESS : current->sticky;
}

} // namespace fake

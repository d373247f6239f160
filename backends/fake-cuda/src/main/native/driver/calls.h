// What every entry point does first: it takes the lock, is counted and logged, fails if a test wants it to, and refuses
// to work without what it needs.
#pragma once
#include "codes.h"
#include "state.h"
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>

namespace fake {

/// Guards everything here. Work of streams runs under it too, so one kernel at a time.
extern std::recursive_mutex mutex;

/// Told whenever work was done or added that another thread may wait for.
extern std::condition_variable_any changed;

/// Counters by name: each call by its function's name, and what the other parts count.
extern std::map<std::string, uint64_t> counters;

void count(const std::string &name, uint64_t by = 1);
void log(const std::string &line);

/// The code that a test wants the function's next call to return, 0 if none.
Result injected(const std::string &function);

/// What a function needs before it works.
enum class Needs {
    NOTHING,
    INIT,
    CONTEXT,         // a current context without a sticky error
    UNCAPTURED,      // and no capture that forbids what is unsafe while capturing
    CONTEXT_TO_FREE, // a current context; a sticky error is returned, but what is to be freed is freed
};

/// @return 0 if the call may go on
Result enter(const char *function, Needs needs);

/// Runs an entry point.
///
/// @param body gives the result
template <class Body> Result call(const char *function, Needs needs, Body body) {
    std::lock_guard<std::recursive_mutex> lock(mutex);
    Result refused = enter(function, needs);
    if (refused != SUCCESS) {
        return refused;
    }
    Result result = body();
    if (result != SUCCESS && result != NOT_READY) {
        log(std::string(function) + " gives " + std::to_string(result));
    }
    Result sticky = needs == Needs::CONTEXT_TO_FREE && currentContext() != nullptr ? currentContext()->sticky : 0;
    return result == SUCCESS ? sticky : result;
}

} // namespace fake

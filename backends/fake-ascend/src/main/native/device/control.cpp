// What tests set and see.
#include "memory.h"
#include "operators.h"
#include "world.h"
#include <cstring>

using namespace fake;

static std::string live() {
    std::string text;
    for (auto &entry : state.objects) {
        Object &object = *entry.second;
        bool own = strncmp(object.kind, "default ", strlen("default ")) == 0; // the runtime's
        if (!object.destroyed && !own) {
            text += std::string(object.kind) + "\t" + object.name + "\t" + std::to_string(object.bytes) + "\n";
        }
    }
    for (auto &user : state.users) {
        if (user.second) text += "device\t" + std::to_string(user.first) + "\t0\n";
    }
    return text;
}

extern "C" {

int fakeascend_set(const char *name, const char *value) {
    Lock lock(state.lock);
    return state.settings.set(name, value) ? 0 : 1;
}

/// Copies a text and gives its whole length.
size_t fakeascend_read(const char *what, char *buffer, size_t size) {
    Lock lock(state.lock);
    std::string text;
    std::string name = what;
    if (name == "live") text = live();
    if (name == "log") {
        for (auto &line : state.log) text += line + "\n";
    }
    if (name == "counts") {
        for (auto &count : state.counts) text += count.first + "\t" + std::to_string(count.second) + "\n";
    }
    if (name == "signatures") text = signatures();
    if (name == "echoed") text = echoed();
    memcpy(buffer, text.data(), std::min(size, text.size()));
    return text.size();
}

void fakeascend_forget() {
    Lock lock(state.lock);
    state.counts.clear();
    state.log.clear();
}

/// Puts everything back to where it was; no thread may be inside a call.
void fakeascend_reset() {
    Lock lock(state.lock);
    state.settings = fromEnvironment();
    state.counts.clear();
    state.log.clear();
    state.objects.clear();
    resetContexts();
    resetWorlds();
    state.initialised = state.dispatched = state.deterministic = state.hcclDeterministic = false;
    state.saturates = state.overflowed = false;
    state.families = 0;
    state.drawn = 0;
    state.users.clear();
    setCurrent(-1);
    setContext(nullptr);
}

/// Notes that an operator library was opened: 1 libopapi.so, 2 one of the others.
void fakeascend_opened(int bit) {
    family(bit);
}

}

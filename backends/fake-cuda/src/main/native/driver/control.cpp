// What tests call: settings, planned failures, and what the fake has seen.
#include "entries.h"
#include "launch.h"
#include "recorder.h"
#include <algorithm>
#include <cstring>
#include <deque>

namespace fake {
extern std::deque<std::string> lines;
extern bool initialized;
} // namespace fake

namespace {

std::string counts() {
    std::string text;
    for (const auto &[name, value] : counters) {
        text += name + "\t" + std::to_string(value) + "\n";
    }
    return text;
}

std::string live() {
    std::string text;
    for (const auto &[handle, object] : registry) {
        text += object.kind + "\t" + object.name + "\t" + std::to_string(object.bytes) + "\n";
    }
    return text;
}

std::string logged() {
    std::string text;
    for (const std::string &line : lines) {
        text += line + "\n";
    }
    return text;
}

} // namespace

extern "C" {

/// Sets a setting (settings.h).
///
/// @return 0, or -1 if there is no such setting or the value cannot be read
int fakecuda_set(const char *name, const char *value) {
    std::lock_guard<std::recursive_mutex> lock(fake::mutex);
    return settings.set(name, value) ? 0 : -1;
}

/// Plans that the nth call of a function from now returns the code; 1 is the next. Functions of the driver go without
/// their version ("cuMemAlloc"); "kernel", "kernel NAME" and "copy" fail as they run, which makes the error sticky.
void fakecuda_fail(const char *function, int nth, int code) {
    std::lock_guard<std::recursive_mutex> lock(fake::mutex);
    settings.failures.push_back({function, static_cast<uint64_t>(nth), code});
}

/// Writes what was seen as lines of fields with tabs between them.
///
/// @param what "counts" (name, value), "live" (kind, name, bytes) or "log"
/// @param size of the buffer
/// @return bytes of the text; if they are more than the size, the start of it was written
size_t fakecuda_read(const char *what, char *buffer, size_t size) {
    std::lock_guard<std::recursive_mutex> lock(fake::mutex);
    std::string text = !strcmp(what, "counts") ? counts() : !strcmp(what, "live") ? live() : logged();
    memcpy(buffer, text.data(), std::min(size, text.size()));
    return text.size();
}

/// Forgets counters and the log.
void fakecuda_forget() {
    std::lock_guard<std::recursive_mutex> lock(fake::mutex);
    counters.clear();
    lines.clear();
}

/// Puts everything back to where it was when the library was loaded: all handles and addresses become invalid. No thread
/// may be inside a call.
void fakecuda_reset() {
    std::lock_guard<std::recursive_mutex> lock(fake::mutex);
    resetCaptures();
    resetStreams();
    registry.clear();
    resetMemory();
    resetLaunches();
    resetRecorder();
    settings = fromEnvironment();
    counters.clear();
    lines.clear();
    for (int device = 0; device < 64; device++) {
        *primaryContext(device) = {};
    }
    initialized = false;
}

/// The body of every function of the driver that the fake does not have.
int fakecuda_unimplemented(const char *function) {
    std::lock_guard<std::recursive_mutex> lock(fake::mutex);
    count(std::string("unimplemented ") + function);
    log(std::string(function) + " is not implemented");
    return NOT_SUPPORTED;
}
}

// Contexts, streams and events. A stream is a queue of tasks; who waits for it does its work.
#pragma once
#include "state.h"
#include <atomic>
#include <deque>
#include <functional>
#include <vector>

namespace fake {

struct Context : Object {
    static constexpr const char *KIND = "context";
    int device = 0;
};

/// What became of a task.
enum class Progress { DONE, BLOCKED };

/// Bytes that a task reads or writes.
struct Range {
    const char *start;
    size_t bytes;
};

struct Stream;

struct Task {
    std::function<Progress()> run;
    std::vector<Range> ranges;
    std::function<std::vector<std::pair<Stream *, uint64_t>>()> needs; // streams to get so far, if it is blocked
};

struct Stream : Object {
    static constexpr const char *KIND = "stream";
    Context *context = nullptr;
    bool saturates = false;
    bool reportsOverflow = false;
    std::recursive_mutex running;
    std::deque<Task> queue;       // not done
    uint64_t enqueued = 0;          // tickets
    std::atomic<uint64_t> done{0};
    std::deque<std::pair<uint64_t, Task>> unsynchronised; // done, but nobody waited yet
    int error = 0;                // of a task, sticky
};

struct Event : Object {
    static constexpr const char *KIND = "event";
    Stream *stream = nullptr; // null: never recorded
    uint64_t ticket = 0;
};

/// The context of this thread, or null with a refusal in `code`.
Context *context(int &code);
Context *defaultContext(int device);
void setContext(Context *context);

/// Finds a stream that this thread may use; a null handle is the context's default stream.
Stream *stream(void *handle, int &code);
Stream *createStream();

/// Appends a task; it runs at once unless streams are lazy.
void enqueue(Stream *stream, Task task);

/// Makes a stream wait for tickets of another.
void await(Stream *stream, Stream *other, uint64_t ticket);

/// Works until a ticket of a stream is done.
///
/// @param milliseconds to wait at most, negative for ever
/// @return 0 or a code
int synchronise(Stream *stream, uint64_t ticket, int milliseconds);

/// Names the stream that has not been waited for since it used bytes of a range, or gives "".
std::string user(const char *start, size_t bytes);

/// All live streams of a context.
std::vector<Stream *> streamsOf(Context *context);

/// Forgets the streams and the default contexts.
void resetContexts();

} // namespace fake

/// Begins a function that needs a context: ends it where a failure was planned, or the thread has none.
#define BOUND() \
    ENTER(int); \
    int code = 0; \
    Context *bound = fake::context(code); \
    if (!bound) return code

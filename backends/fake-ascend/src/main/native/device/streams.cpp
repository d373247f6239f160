#include "streams.h"
#include <algorithm>
#include <chrono>
#include <thread>

namespace fake {

static std::map<int, Context *> contexts;
static std::map<Context *, Stream *> defaults;
static std::vector<Stream *> streams; // not destroyed, as far as was looked
static thread_local Context *bound = nullptr;

Context *defaultContext(int device) {
    Lock lock(state.lock);
    Context *&context = contexts[device];
    if (!context) {
        context = keep("default context", new Context());
        context->device = device;
    }
    return context;
}

void setContext(Context *context) { bound = context; }

Context *context(int &code) {
    if (state.settings.lost) {
        code = fail(507010, "the device is lost: no heartbeat");
        return nullptr;
    }
    if (current() < 0 || !bound) {
        code = fail(107002, "this thread has no context: call aclrtSetDevice on it");
        return nullptr;
    }
    return bound;
}

static Stream *make(const char *kind, Context *context) {
    Stream *stream = keep(kind, new Stream());
    stream->context = context;
    stream->saturates = state.saturates || state.settings.first();
    Lock lock(state.lock);
    streams.erase(std::remove_if(streams.begin(), streams.end(), [](Stream *each) { return each->destroyed; }), streams.end());
    streams.push_back(stream);
    return stream;
}

Stream *createStream() { return make("stream", bound); }

Stream *stream(void *handle, int &code) {
    Context *mine = context(code);
    if (!mine) return nullptr;
    if (!handle) {
        Lock lock(state.lock);
        Stream *&stream = defaults[mine];
        if (!stream) stream = make("default stream", mine);
        return stream;
    }
    Stream *stream = find<Stream>(handle, 107017, code);
    if (stream && stream->context != mine) {
        code = fail(107003, "stream %p is of another context than this thread's", handle);
        return nullptr;
    }
    return stream;
}

/// Runs the tasks that can run, up to a ticket.
static void drain(Stream *stream, uint64_t ticket) {
    std::unique_lock<std::recursive_mutex> running(stream->running, std::try_to_lock);
    while (running && stream->done < ticket) {
        std::function<Progress()> work;
        {
            Lock lock(state.lock);
            if (stream->queue.empty()) return; // a collective tells its ticket before it is enqueued
            work = stream->queue.front().run;
        }
        if (work() == Progress::BLOCKED) return;
        Lock lock(state.lock);
        stream->done++;
        Task task = std::move(stream->queue.front());
        stream->queue.pop_front();
        task.run = nullptr;
        stream->unsynchronised.emplace_back(stream->done, std::move(task));
    }
}

void enqueue(Stream *stream, Task task) {
    uint64_t ticket;
    {
        Lock lock(state.lock);
        stream->queue.push_back(std::move(task));
        ticket = ++stream->enqueued;
    }
    if (!state.settings.lazy) drain(stream, ticket);
}

void await(Stream *stream, Stream *other, uint64_t ticket) {
    auto run = [other, ticket] { return other->done >= ticket ? Progress::DONE : Progress::BLOCKED; };
    auto needs = [other, ticket] { return std::vector<std::pair<Stream *, uint64_t>>{{other, ticket}}; };
    enqueue(stream, {run, {}, needs});
}

/// Works on a stream, and on what its first task waits for.
static void help(Stream *stream, uint64_t ticket, int depth) {
    drain(stream, ticket);
    std::vector<std::pair<Stream *, uint64_t>> needs;
    {
        Lock lock(state.lock);
        if (depth > 0 && stream->done < ticket && !stream->queue.empty() && stream->queue.front().needs) {
            needs = stream->queue.front().needs();
        }
    }
    for (auto &need : needs) {
        if (need.first != stream) help(need.first, need.second, depth - 1);
    }
}

/// Notes that the host has waited: what was done up to the ticket, and what that waited for.
static void mark(Stream *stream, uint64_t ticket) {
    Lock lock(state.lock);
    while (!stream->unsynchronised.empty() && stream->unsynchronised.front().first <= ticket) {
        Task task = std::move(stream->unsynchronised.front().second);
        stream->unsynchronised.pop_front();
        if (task.needs) {
            for (auto &need : task.needs()) mark(need.first, need.second);
        }
    }
}

int synchronise(Stream *stream, uint64_t ticket, int milliseconds) {
    constexpr int DEPTH = 64; // of streams that wait for each other
    auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
    while (stream->done < ticket) {
        help(stream, ticket, DEPTH);
        if (stream->done >= ticket) break;
        if (state.settings.lost) return fail(507010, "the device is lost: no heartbeat");
        if (stream->destroyed) return fail(107017, "stream %p was destroyed while it was waited for", static_cast<void *>(stream));
        if (milliseconds >= 0 && std::chrono::steady_clock::now() >= end) {
            return fail(507046, "stream %p is not done after %d ms", static_cast<void *>(stream), milliseconds);
        }
        std::this_thread::sleep_for(std::chrono::microseconds(100));
    }
    mark(stream, ticket);
    return stream->error ? fail(stream->error, "a task of stream %p failed", static_cast<void *>(stream)) : 0;
}

static bool uses(const Task &task, const char *start, size_t bytes) {
    for (const Range &range : task.ranges) {
        if (range.start < start + bytes && start < range.start + range.bytes) return true;
    }
    return false;
}

std::string user(const char *start, size_t bytes) {
    Lock lock(state.lock);
    for (Stream *stream : streams) {
        if (stream->destroyed) continue;
        bool pending = false;
        for (const Task &task : stream->queue) pending |= uses(task, start, bytes);
        for (const auto &done : stream->unsynchronised) pending |= uses(done.second, start, bytes);
        char text[32];
        snprintf(text, sizeof text, "stream %p", static_cast<void *>(stream));
        if (pending) return text;
    }
    return "";
}

std::vector<Stream *> streamsOf(Context *context) {
    Lock lock(state.lock);
    std::vector<Stream *> found;
    for (Stream *stream : streams) {
        if (!stream->destroyed && stream->context == context) found.push_back(stream);
    }
    return found;
}

void resetContexts() {
    streams.clear();
    contexts.clear();
    defaults.clear();
}

} // namespace fake

#include "streams.h"
#include "calls.h"
#include "captures.h"
#include "registry.h"
#include "settings.h"
#include <algorithm>
#include <chrono>

namespace fake {
namespace {

std::map<CUctx_st *, std::shared_ptr<CUstream_st>> legacy;

/// All streams of a context, the legacy one last.
std::vector<std::shared_ptr<CUstream_st>> streams(const CUctx_st *context) {
    std::vector<std::shared_ptr<CUstream_st>> result;
    for (const auto &[handle, live] : registry) {
        if (live.kind == CUstream_st::KIND) {
            auto stream = std::static_pointer_cast<CUstream_st>(live.object);
            if (context == nullptr || stream->context == context) {
                result.push_back(stream);
            }
        }
    }
    for (const auto &[of, stream] : legacy) {
        if (context == nullptr || of == context) {
            result.push_back(stream);
        }
    }
    return result;
}

struct Mark {
    std::shared_ptr<CUstream_st> stream;
    uint64_t done;
};

/// What new work of a stream has to wait for: the legacy stream waits for the others of its context that do not
/// exclude it, and they for it.
std::vector<Mark> implicitWaits(const CUstream_st &stream) {
    std::vector<Mark> marks;
    auto note = [&marks](const std::shared_ptr<CUstream_st> &other) {
        if (other->done < other->added) {
            marks.push_back({other, other->added});
        }
    };
    auto null = legacyStream(stream.context);
    if (&stream == null.get()) {
        for (const auto &other : streams(stream.context)) {
            if (other != null && other->flags == 0) {
                note(other);
            }
        }
    } else if (stream.flags == 0) {
        note(null);
    }
    return marks;
}

Result reach(const std::vector<Mark> &marks) {
    for (const Mark &mark : marks) {
        Result result = advance(*mark.stream, mark.done);
        if (result != SUCCESS) {
            return result;
        }
    }
    return SUCCESS;
}

void fail(CUstream_st &stream, Result code) {
    if (stream.context->sticky == SUCCESS) {
        stream.context->sticky = code;
    }
    stream.queue.clear();
    stream.done = stream.added;
}

} // namespace

std::shared_ptr<CUstream_st> legacyStream(CUctx_st *context) {
    auto &stream = legacy[context];
    if (stream == nullptr) {
        stream = std::make_shared<CUstream_st>();
        stream->context = context;
    }
    return stream;
}

std::shared_ptr<CUstream_st> streamOf(CUstream_st *handle) {
    bool special = reinterpret_cast<uintptr_t>(handle) <= 2;
    return special ? legacyStream(currentContext()) : find(handle);
}

Result add(const std::shared_ptr<CUstream_st> &stream, Work work) {
    if (stream->capture != nullptr) {
        return captureWork(*stream, std::move(work));
    }
    if (stream == legacyStream(stream->context)) {
        if (Result refused = refuseLegacyWork(stream->context)) {
            return refused;
        }
    }
    std::vector<Mark> marks = implicitWaits(*stream);
    if (!marks.empty()) {
        work.run = [marks, run = work.run]() {
            Result waited = reach(marks);
            return waited == SUCCESS ? run() : waited;
        };
    }
    stream->queue.push_back(std::move(work));
    stream->added++;
    changed.notify_all();
    if (!settings.lazy) {
        advance(*stream, stream->added);
    }
    return SUCCESS;
}

Result advance(CUstream_st &stream, uint64_t upTo) {
    if (stream.context->sticky != SUCCESS) {
        fail(stream, stream.context->sticky);
    }
    if (stream.done < upTo && stream.running) {
        return BLOCKED;
    }
    stream.running = true;
    Result result = SUCCESS;
    while (result == SUCCESS && stream.done < upTo && !stream.queue.empty()) {
        result = stream.queue.front().run();
        if (result == SUCCESS) {
            stream.queue.pop_front();
            stream.done++;
        } else if (result != BLOCKED) {
            log(stream.queue.front().name + " fails with " + std::to_string(result));
            fail(stream, result);
        }
        if (result != BLOCKED) {
            changed.notify_all();
        }
    }
    stream.running = false;
    return result == BLOCKED ? BLOCKED : stream.context->sticky;
}

Result waitFor(const std::shared_ptr<CUstream_st> &stream, uint64_t upTo) {
    while (stream->done < upTo) {
        if (advance(*stream, upTo) == BLOCKED) {
            changed.wait_for(mutex, std::chrono::milliseconds(20));
        }
    }
    return stream->context->sticky;
}

Result waitForAll(CUctx_st *context) {
    for (const auto &stream : streams(context)) {
        waitFor(stream, stream->added);
    }
    return context->sticky;
}

void nudge(CUstream_st &stream) {
    advance(stream, settings.lazy ? std::min(stream.done + 1, stream.added) : stream.added);
}

void advanceToMeeting(const void *meeting) {
    for (const auto &stream : streams(nullptr)) {
        uint64_t place = stream->done;
        for (const Work &work : stream->queue) {
            place++;
            if (std::find(work.meetings.begin(), work.meetings.end(), meeting) != work.meetings.end()) {
                advance(*stream, place);
                break;
            }
        }
    }
}

void resetStreams() {
    legacy.clear();
}

} // namespace fake

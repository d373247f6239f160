#include "captures.h"
#include "calls.h"
#include <algorithm>
#include <cstdlib>

namespace fake {
namespace {

enum Mode : int { GLOBAL, THREAD_LOCAL, RELAXED };

std::vector<std::shared_ptr<Capture>> active;
thread_local int threadMode __attribute__((tls_model("initial-exec"))) = GLOBAL;

Result spoil(Capture &capture, Result code, const std::string &why) {
    capture.invalid = true;
    log("capture spoiled: " + why);
    return code;
}

Capture::Member &member(CUstream_st &stream) {
    for (auto &[handle, member] : stream.capture->members) {
        if (handle.get() == &stream) {
            return member;
        }
    }
    abort(); // a captured stream is a member of its capture
}

} // namespace

Result refuseWhileCapturing(const char *function) {
    if (threadMode == RELAXED) {
        return SUCCESS;
    }
    Result result = SUCCESS;
    for (const auto &capture : active) {
        bool mine = capture->thread == std::this_thread::get_id();
        if (mine ? capture->mode != RELAXED : capture->mode == GLOBAL && threadMode == GLOBAL) {
            result = spoil(*capture, CAPTURE_UNSUPPORTED, std::string(function) + " is not permitted");
        }
    }
    return result;
}

Result refuseLegacyWork(const CUctx_st *context) {
    Result result = SUCCESS;
    for (const auto &capture : active) {
        for (const auto &[stream, member] : capture->members) {
            if (stream->context == context && stream->flags == 0) {
                result = spoil(*capture, CAPTURE_IMPLICIT, "work of the legacy stream, which the captured one waits for");
            }
        }
    }
    return result;
}

Result beginCapture(const std::shared_ptr<CUstream_st> &stream, int mode) {
    if (mode < GLOBAL || mode > RELAXED) {
        return INVALID_VALUE;
    }
    if (stream->capture != nullptr) {
        return ILLEGAL_STATE;
    }
    auto capture = std::make_shared<Capture>();
    capture->origin = stream.get();
    capture->mode = mode;
    capture->thread = std::this_thread::get_id();
    capture->members[stream] = {};
    stream->capture = capture;
    active.push_back(capture);
    return SUCCESS;
}

Result endCapture(const std::shared_ptr<CUstream_st> &stream, std::vector<Work> &nodes) {
    std::shared_ptr<Capture> capture = stream->capture;
    if (capture == nullptr) {
        return ILLEGAL_STATE;
    }
    if (capture->origin != stream.get()) {
        return spoil(*capture, CAPTURE_UNMATCHED, "ended in a stream in which it did not begin");
    }
    if (capture->mode != RELAXED && capture->thread != std::this_thread::get_id()) {
        return spoil(*capture, CAPTURE_WRONG_THREAD, "ended by another thread");
    }
    Result result = capture->invalid ? CAPTURE_INVALIDATED : SUCCESS;
    for (const auto &[other, member] : capture->members) {
        if (result == SUCCESS && !member.joined) {
            result = spoil(*capture, CAPTURE_UNJOINED, "a stream that joined it is not waited for");
        }
        other->capture = nullptr;
    }
    capture->members.clear();
    active.erase(std::find(active.begin(), active.end(), capture));
    nodes = std::move(capture->nodes);
    return result;
}

Result captureWork(CUstream_st &stream, Work work) {
    Capture &capture = *stream.capture;
    if (capture.invalid) {
        return CAPTURE_INVALIDATED;
    }
    capture.nodes.push_back(std::move(work));
    Capture::Member &mine = member(stream);
    mine.nodes++;
    mine.joined = capture.origin == &stream;
    return SUCCESS;
}

void captureRecord(CUevent_st &event, const std::shared_ptr<CUstream_st> &stream) {
    event.stream = stream;
    event.capture = stream->capture;
    event.captureMark = member(*stream).nodes;
}

Result captureWait(const std::shared_ptr<CUstream_st> &stream, const CUevent_st &event) {
    if (event.capture == nullptr) {
        return spoil(*stream->capture, CAPTURE_ISOLATION, "waits for work outside of it");
    }
    if (event.capture->members.empty()) {
        return INVALID_VALUE; // its capture has ended
    }
    if (event.capture->invalid) {
        return CAPTURE_INVALIDATED;
    }
    if (stream->capture == nullptr) {
        stream->capture = event.capture;
        event.capture->members[stream] = {0, false};
    } else if (stream->capture != event.capture) {
        spoil(*event.capture, CAPTURE_MERGE, "merged with another");
        return spoil(*stream->capture, CAPTURE_MERGE, "merged with another");
    }
    Capture::Member &waitedFor = member(*event.stream);
    if (event.stream != stream && event.captureMark == waitedFor.nodes && event.stream.get() != event.capture->origin) {
        waitedFor.joined = true;
        Capture::Member &waiting = member(*stream);
        waiting.joined = stream.get() == event.capture->origin;
    }
    return SUCCESS;
}

void exchangeCaptureMode(int &mode) {
    std::swap(mode, threadMode);
}

void resetCaptures() {
    for (const auto &capture : active) {
        for (const auto &[stream, member] : capture->members) {
            stream->capture = nullptr;
        }
    }
    active.clear();
}

} // namespace fake

// Streams and events.
#include "entries.h"
#include <chrono>

namespace {

double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

bool isComplete(const CUevent_st &event) {
    return event.stream == nullptr || event.stream->done >= event.mark;
}

/// @return 907, and the capture is spoiled, if the event belongs to a capture that is going on
Result refuseCaptured(const CUevent_st &event) {
    if (event.capture == nullptr || event.capture->members.empty()) {
        return SUCCESS;
    }
    event.capture->invalid = true;
    return CAPTURED_EVENT;
}

/// @return 900, and the capture is spoiled, if the stream is captured
Result refuseCaptured(const CUstream_st &stream, const char *function) {
    if (stream.capture == nullptr) {
        return SUCCESS;
    }
    stream.capture->invalid = true;
    log(std::string("capture spoiled: ") + function + " of a captured stream");
    return CAPTURE_UNSUPPORTED;
}

} // namespace

extern "C" {

Result cuStreamCreate(CUstream *stream, unsigned flags) {
    return call("cuStreamCreate", Needs::CONTEXT, [=]() -> Result {
        if (stream == nullptr || flags > 1) {
            return INVALID_VALUE;
        }
        auto made = std::make_shared<CUstream_st>();
        made->context = currentContext();
        made->flags = flags;
        *stream = enroll(made);
        return SUCCESS;
    });
}

Result cuStreamCreateWithPriority(CUstream *stream, unsigned flags, int) {
    return cuStreamCreate(stream, flags);
}

Result cuStreamDestroy_v2(CUstream handle) {
    return call("cuStreamDestroy", Needs::CONTEXT_TO_FREE, [=]() -> Result {
        auto stream = find(handle);
        if (stream == nullptr) {
            return INVALID_HANDLE;
        }
        waitFor(stream, stream->added);
        registry.erase(handle);
        return SUCCESS;
    });
}

Result cuStreamSynchronize(CUstream handle) {
    return call("cuStreamSynchronize", Needs::CONTEXT, [=]() -> Result {
        auto stream = streamOf(handle);
        if (stream == nullptr) {
            return INVALID_HANDLE;
        }
        if (Result refused = refuseCaptured(*stream, "cuStreamSynchronize")) {
            return refused;
        }
        return stream == legacyStream(currentContext()) ? waitForAll(currentContext())
                                                        : waitFor(stream, stream->added);
    });
}

Result cuStreamQuery(CUstream handle) {
    return call("cuStreamQuery", Needs::CONTEXT, [=]() -> Result {
        auto stream = streamOf(handle);
        if (stream == nullptr) {
            return INVALID_HANDLE;
        }
        if (Result refused = refuseCaptured(*stream, "cuStreamQuery")) {
            return refused;
        }
        nudge(*stream);
        return stream->done < stream->added ? NOT_READY : stream->context->sticky;
    });
}

Result cuStreamWaitEvent(CUstream handle, CUevent event, unsigned) {
    return call("cuStreamWaitEvent", Needs::CONTEXT, [=]() -> Result {
        auto stream = streamOf(handle);
        auto waited = find(event);
        if (stream == nullptr || waited == nullptr) {
            return INVALID_HANDLE;
        }
        if (waited->stream == nullptr) {
            return SUCCESS; // never recorded: nothing to wait for
        }
        if (stream->capture != nullptr || waited->capture != nullptr) {
            return captureWait(stream, *waited);
        }
        auto other = waited->stream;
        uint64_t mark = waited->mark;
        return add(stream, {"wait for an event", [=] { return other->done < mark ? advance(*other, mark) : SUCCESS; }});
    });
}

Result cuStreamBeginCapture_v2(CUstream handle, int mode) {
    return call("cuStreamBeginCapture", Needs::CONTEXT, [=]() -> Result {
        auto stream = streamOf(handle);
        if (stream == nullptr) {
            return INVALID_HANDLE;
        }
        return stream == legacyStream(currentContext()) ? CAPTURE_UNSUPPORTED : beginCapture(stream, mode);
    });
}

Result cuStreamEndCapture(CUstream handle, CUgraph *graph) {
    return call("cuStreamEndCapture", Needs::CONTEXT, [=]() -> Result {
        auto stream = streamOf(handle);
        if (stream == nullptr) {
            return INVALID_HANDLE;
        }
        auto made = std::make_shared<CUgraph_st>();
        Result result = endCapture(stream, made->nodes);
        *graph = result == SUCCESS ? enroll(made) : nullptr;
        return result;
    });
}

Result cuStreamIsCapturing(CUstream handle, int *status) {
    return call("cuStreamIsCapturing", Needs::CONTEXT, [=]() -> Result {
        auto stream = streamOf(handle);
        if (stream == nullptr) {
            return INVALID_HANDLE;
        }
        *status = stream->capture == nullptr ? 0 : stream->capture->invalid ? 2 : 1;
        return SUCCESS;
    });
}

Result cuThreadExchangeStreamCaptureMode(int *mode) {
    return call("cuThreadExchangeStreamCaptureMode", Needs::INIT, [=]() -> Result {
        if (*mode < 0 || *mode > 2) {
            return INVALID_VALUE;
        }
        exchangeCaptureMode(*mode);
        return SUCCESS;
    });
}

Result cuEventCreate(CUevent *event, unsigned flags) {
    return call("cuEventCreate", Needs::CONTEXT, [=]() -> Result {
        auto made = std::make_shared<CUevent_st>();
        made->flags = flags;
        *event = enroll(made);
        return SUCCESS;
    });
}

Result cuEventDestroy_v2(CUevent event) {
    return call("cuEventDestroy", Needs::CONTEXT_TO_FREE, [=]() -> Result {
        if (find(event) == nullptr) {
            return INVALID_HANDLE;
        }
        registry.erase(event);
        return SUCCESS;
    });
}

Result cuEventRecord(CUevent handle, CUstream streamHandle) {
    return call("cuEventRecord", Needs::CONTEXT, [=]() -> Result {
        auto event = find(handle);
        auto stream = streamOf(streamHandle);
        if (event == nullptr || stream == nullptr) {
            return INVALID_HANDLE;
        }
        if (stream->capture != nullptr) {
            captureRecord(*event, stream);
            return stream->capture->invalid ? CAPTURE_INVALIDATED : SUCCESS;
        }
        event->capture = nullptr;
        event->stream = stream;
        event->mark = stream->added + 1;
        return add(stream, {"event", [event]() -> Result {
            event->seconds = now();
            return SUCCESS;
        }});
    });
}

Result cuEventSynchronize(CUevent handle) {
    return call("cuEventSynchronize", Needs::UNCAPTURED, [=]() -> Result {
        auto event = find(handle);
        if (event == nullptr) {
            return INVALID_HANDLE;
        }
        if (Result refused = refuseCaptured(*event)) {
            return refused;
        }
        return event->stream == nullptr ? SUCCESS : waitFor(event->stream, event->mark);
    });
}

Result cuEventQuery(CUevent handle) {
    return call("cuEventQuery", Needs::UNCAPTURED, [=]() -> Result {
        auto event = find(handle);
        if (event == nullptr) {
            return INVALID_HANDLE;
        }
        if (Result refused = refuseCaptured(*event)) {
            return refused;
        }
        if (!isComplete(*event)) {
            nudge(*event->stream);
        }
        return isComplete(*event) ? currentContext()->sticky : NOT_READY;
    });
}

Result cuEventElapsedTime_v2(float *milliseconds, CUevent from, CUevent to) {
    return call("cuEventElapsedTime", Needs::CONTEXT, [=]() -> Result {
        auto first = find(from);
        auto second = find(to);
        constexpr unsigned WITHOUT_TIMING = 2;
        if (first == nullptr || second == nullptr || first->stream == nullptr || second->stream == nullptr
            || ((first->flags | second->flags) & WITHOUT_TIMING)) {
            return INVALID_HANDLE;
        }
        if (!isComplete(*first) || !isComplete(*second)) {
            return NOT_READY;
        }
        *milliseconds = static_cast<float>((second->seconds - first->seconds) * 1e3);
        return SUCCESS;
    });
}
}

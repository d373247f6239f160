// Streams and events.
#include "../abi/acl.h"
#include "../device/streams.h"

using namespace fake;

#define STREAM(handle) \
    BOUND(); \
    Stream *on = fake::stream(handle, code); \
    if (!on) return code

#define EVENT(handle) \
    Event *at = find<Event>(handle, 107017, code); \
    if (!at) return code

extern "C" {

aclError aclrtCreateStream(aclrtStream *stream) {
    BOUND();
    *stream = createStream();
    return 0;
}

aclError aclrtCreateStreamWithConfig(aclrtStream *stream, uint32_t, uint32_t) {
    BOUND();
    *stream = createStream();
    return 0;
}

aclError aclrtDestroyStream(aclrtStream stream) {
    if (!stream) {
        ENTER(int);
        return fail(107017, "the stream is null: the default stream belongs to the context");
    }
    STREAM(stream);
    code = synchronise(on, on->enqueued, -1);
    on->destroyed = true;
    return code;
}

aclError aclrtDestroyStreamForce(aclrtStream stream) {
    STREAM(stream);
    Lock lock(state.lock);
    on->destroyed = true;
    return 0;
}

aclError aclrtSynchronizeStream(aclrtStream stream) {
    STREAM(stream);
    return synchronise(on, on->enqueued, -1);
}

aclError aclrtSynchronizeStreamWithTimeout(aclrtStream stream, int32_t timeout) {
    STREAM(stream);
    return synchronise(on, on->enqueued, timeout);
}

aclError aclrtSynchronizeDevice() {
    BOUND();
    for (Stream *stream : streamsOf(bound)) {
        if (int failed = synchronise(stream, stream->enqueued, -1)) code = failed;
    }
    return code;
}

aclError aclrtStreamQuery(aclrtStream stream, aclrtStreamStatus *status) {
    STREAM(stream);
    *status = on->done == on->enqueued ? ACL_STREAM_STATUS_COMPLETE : ACL_STREAM_STATUS_NOT_READY;
    return 0;
}

aclError aclrtSetStreamOverflowSwitch(aclrtStream stream, uint32_t flag) {
    STREAM(stream);
    if (flag > 1) return fail(107000, "flag %u, expected 0 or 1", flag);
    on->reportsOverflow = flag;
    return 0;
}

aclError aclrtGetStreamOverflowSwitch(aclrtStream stream, uint32_t *flag) {
    STREAM(stream);
    *flag = on->reportsOverflow;
    return 0;
}

aclError aclrtCreateEvent(aclrtEvent *event) {
    BOUND();
    *event = keep("event", new Event());
    return 0;
}

aclError aclrtCreateEventWithFlag(aclrtEvent *event, uint32_t) {
    BOUND();
    *event = keep("event", new Event());
    return 0;
}

aclError aclrtDestroyEvent(aclrtEvent event) {
    BOUND();
    EVENT(event);
    at->destroyed = true;
    return 0;
}

aclError aclrtRecordEvent(aclrtEvent event, aclrtStream stream) {
    STREAM(stream);
    EVENT(event);
    Lock lock(state.lock);
    at->stream = on;
    at->ticket = on->enqueued;
    return 0;
}

aclError aclrtStreamWaitEvent(aclrtStream stream, aclrtEvent event) {
    STREAM(stream);
    EVENT(event);
    if (!at->stream) return fail(107000, "event %p was never recorded", event);
    await(on, at->stream, at->ticket);
    return 0;
}

aclError aclrtSynchronizeEvent(aclrtEvent event) {
    BOUND();
    EVENT(event);
    if (!at->stream) return fail(107000, "event %p was never recorded", event);
    return synchronise(at->stream, at->ticket, -1);
}

}

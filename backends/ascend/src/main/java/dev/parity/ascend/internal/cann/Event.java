package dev.parity.ascend.internal.cann;

import java.lang.foreign.MemorySegment;

/// A point in a stream's work that others wait for.
public final class Event implements AutoCloseable {
    private static final int SYNC = 1; // ACL_EVENT_SYNC

    private final Device device;
    private final MemorySegment handle;

    /// Makes an event that is not recorded.
    ///
    /// @param device that the thread has entered
    public Event(Device device) {
        this.device = device;
        handle = device.make("aclrtCreateEventWithFlag", SYNC);
    }

    MemorySegment handle() {
        return handle;
    }

    /// Marks the work that a stream was given so far.
    ///
    /// @param stream of the same device
    public void record(Stream stream) {
        device.check("aclrtRecordEvent", handle, stream.handle());
    }

    @Override
    public void close() {
        device.freed("aclrtDestroyEvent", handle);
    }
}

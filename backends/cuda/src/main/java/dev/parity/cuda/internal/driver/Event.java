package dev.parity.cuda.internal.driver;

import static org.bytedeco.cuda.global.cudart.CU_EVENT_DISABLE_TIMING;
import static org.bytedeco.cuda.global.cudart.cuEventCreate;
import static org.bytedeco.cuda.global.cudart.cuEventDestroy;
import static org.bytedeco.cuda.global.cudart.cuEventRecord;
import static org.bytedeco.cuda.global.cudart.cuEventSynchronize;

import org.bytedeco.cuda.cudart.CUevent_st;

/// A place in a stream that others wait for.
public final class Event implements AutoCloseable {
    private final Device device;
    private final CUevent_st handle = new CUevent_st();

    /// Makes an event; waiting for it before it is recorded does not wait.
    ///
    /// @param device of the stream that records it
    public Event(Device device) {
        this.device = device;
        device.enter();
        device.check(cuEventCreate(handle, CU_EVENT_DISABLE_TIMING), "cuEventCreate");
    }

    CUevent_st handle() {
        return handle;
    }

    /// Marks the end of what a stream was given so far.
    ///
    /// @param stream of the same device
    public void record(Stream stream) {
        device.check(cuEventRecord(handle, stream.handle()), "cuEventRecord");
    }

    /// Waits until the stream has come to where it was recorded last.
    public void synchronize() {
        device.check(cuEventSynchronize(handle), "cuEventSynchronize");
    }

    @Override
    public void close() {
        device.enter();
        device.freed(cuEventDestroy(handle), "cuEventDestroy");
    }
}

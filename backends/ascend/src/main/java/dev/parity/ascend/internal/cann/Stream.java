package dev.parity.ascend.internal.cann;

import java.lang.foreign.MemorySegment;

/// Work of one rank, in the order in which it was given, from one thread.
public final class Stream implements AutoCloseable {
    private static final int HOST_TO_DEVICE = 1; // aclrtMemcpyKind
    private static final int DEVICE_TO_HOST = 2;
    private static final int DEVICE_TO_DEVICE = 3;

    private static final int TIMEOUT = 507_046; // ACL_ERROR_RT_STREAM_SYNC_TIMEOUT
    private static final int PATIENCE = 1000; // ms

    private final Device device;
    private final Runnable waiting;
    private final MemorySegment handle;

    /// Makes a stream, in the overflow mode that the device has now.
    ///
    /// @param device that the thread has entered
    /// @param waiting called now and then while the device is waited for, and throws if nobody should wait any more
    public Stream(Device device, Runnable waiting) {
        this.device = device;
        this.waiting = waiting;
        handle = device.make("aclrtCreateStream");
    }

    /// Returns the device.
    ///
    /// @return where the work is done
    public Device device() {
        return device;
    }

    /// Returns the handle.
    ///
    /// @return valid until this is closed
    public MemorySegment handle() {
        return handle;
    }

    /// Waits until all work is done. A device that waits for a rank that failed would never be done, so the waiting
    /// ends with the work at hand.
    public void synchronize() {
        int code = wait(PATIENCE);
        while (code == TIMEOUT) {
            waiting.run();
            code = wait(PATIENCE);
        }
        device.checked(code, "aclrtSynchronizeStreamWithTimeout");
    }

    private int wait(int milliseconds) {
        return device.cann().call("aclrtSynchronizeStreamWithTimeout", handle, milliseconds);
    }

    /// Waits until all work is done, or the device is lost, so that memory may be freed.
    public void settle() {
        if (!device.isLost()) {
            synchronize();
        }
    }

    /// Lets what is given from now on wait for another stream's work.
    ///
    /// @param event recorded there
    public void await(Event event) {
        device.check("aclrtStreamWaitEvent", handle, event.handle());
    }

    /// Fills memory with zero bytes.
    ///
    /// @param address where
    /// @param bytes how many
    public void clear(long address, long bytes) {
        device.check("aclrtMemsetAsync", Cann.pointer(address), bytes, 0, bytes, handle);
    }

    /// Copies on the device.
    ///
    /// @param from source
    /// @param to destination
    /// @param bytes how many
    public void copy(long from, long to, long bytes) {
        copy(Cann.pointer(from), Cann.pointer(to), bytes, DEVICE_TO_DEVICE);
    }

    /// Copies to the device.
    ///
    /// @param from stays as it is until the stream has done this
    /// @param to destination
    /// @param bytes how many
    public void upload(Pinned from, long to, long bytes) {
        copy(from.segment(), Cann.pointer(to), bytes, HOST_TO_DEVICE);
    }

    /// Copies from the device.
    ///
    /// @param from source
    /// @param to destination, filled when the stream has done this
    /// @param bytes how many
    public void download(long from, Pinned to, long bytes) {
        copy(Cann.pointer(from), to.segment(), bytes, DEVICE_TO_HOST);
    }

    private void copy(MemorySegment from, MemorySegment to, long bytes, int kind) {
        device.check("aclrtMemcpyAsync", to, bytes, from, bytes, kind, handle);
    }

    @Override
    public void close() {
        device.freed("aclrtDestroyStreamForce", handle);
    }
}

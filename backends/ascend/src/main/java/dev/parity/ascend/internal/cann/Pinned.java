package dev.parity.ascend.internal.cann;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Memory of the host that stays where it is, so that a device copies to and from it by itself.
@SuppressWarnings("restricted") // memory of the library is read and written
public final class Pinned implements AutoCloseable {
    private final Device device;
    private final MemorySegment memory;

    /// Takes memory.
    ///
    /// @param device that the thread has entered
    /// @param bytes at least 1
    public Pinned(Device device, long bytes) {
        this.device = device;
        memory = device.make("aclrtMallocHost", bytes).reinterpret(bytes);
    }

    MemorySegment segment() {
        return memory;
    }

    /// Returns how much there is.
    ///
    /// @return bytes
    public long size() {
        return memory.byteSize();
    }

    /// Returns the memory.
    ///
    /// @return in the processor's byte order, valid until this is closed
    public ByteBuffer bytes() {
        return memory.asByteBuffer().order(ByteOrder.nativeOrder());
    }

    @Override
    public void close() {
        device.freed("aclrtFreeHost", memory);
    }
}

package dev.parity.cuda.internal.driver;

import static org.bytedeco.cuda.global.cudart.CU_MEMHOSTALLOC_DEVICEMAP;
import static org.bytedeco.cuda.global.cudart.cuMemFreeHost;
import static org.bytedeco.cuda.global.cudart.cuMemHostAlloc;
import static org.bytedeco.cuda.global.cudart.cuMemHostGetDevicePointer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/// Memory of the host that stays where it is, so that a device copies to and from it by itself.
public final class Pinned implements AutoCloseable {
    private final Device device;
    private final BytePointer memory;

    /// Takes memory, mapped into the device's addresses.
    ///
    /// @param device that may use it
    /// @param bytes at least 1
    public Pinned(Device device, long bytes) {
        this.device = device;
        device.enter();
        Pointer address = new Pointer();
        device.check(
                cuMemHostAlloc(address, bytes, CU_MEMHOSTALLOC_DEVICEMAP),
                "cuMemHostAlloc of %d bytes".formatted(bytes));
        memory = new BytePointer(address).capacity(bytes);
    }

    Pointer pointer() {
        return memory;
    }

    /// Returns how much there is.
    ///
    /// @return bytes
    public long size() {
        return memory.capacity();
    }

    /// Returns the memory.
    ///
    /// @return in the processor's byte order, valid until this is closed
    public ByteBuffer bytes() {
        return memory.asByteBuffer().order(ByteOrder.nativeOrder());
    }

    /// Returns where kernels find it.
    ///
    /// @return address on the device
    public long address() {
        device.enter();
        long[] address = new long[1];
        device.check(cuMemHostGetDevicePointer(address, memory, 0), "cuMemHostGetDevicePointer");
        return address[0];
    }

    @Override
    public void close() {
        device.enter();
        device.freed(cuMemFreeHost(memory), "cuMemFreeHost");
    }
}

package dev.parity.cuda.internal.driver;

import static org.bytedeco.cuda.global.cudart.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR;
import static org.bytedeco.cuda.global.cudart.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR;
import static org.bytedeco.cuda.global.cudart.cuCtxSetCurrent;
import static org.bytedeco.cuda.global.cudart.cuDeviceGet;
import static org.bytedeco.cuda.global.cudart.cuDeviceGetAttribute;
import static org.bytedeco.cuda.global.cudart.cuDeviceGetCount;
import static org.bytedeco.cuda.global.cudart.cuDeviceGetName;
import static org.bytedeco.cuda.global.cudart.cuDevicePrimaryCtxRelease;
import static org.bytedeco.cuda.global.cudart.cuDevicePrimaryCtxRetain;
import static org.bytedeco.cuda.global.cudart.cuDriverGetVersion;

import dev.parity.spi.BackendException;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.bytedeco.cuda.cudart.CUctx_st;

/// A GPU with its primary context, the memory taken from it, and its kernels.
public final class Device implements AutoCloseable {
    private final int ordinal;
    private final String name;
    private final int capability;
    private final int driver;
    private final CUctx_st context = new CUctx_st();
    private final DeviceMemory memory;
    private final KernelImages kernels;
    private volatile boolean lost;
    private volatile Supplier<String> work = () -> "";
    private boolean closed;

    /// Opens a device.
    ///
    /// @param ordinal its number, as CUDA_VISIBLE_DEVICES leaves them
    /// @throws BackendException if the driver refuses
    public Device(int ordinal) {
        Driver.start();
        int[] number = new int[1];
        Driver.check(cuDeviceGet(number, ordinal), "cuDeviceGet of device " + ordinal);
        this.ordinal = number[0];
        byte[] text = new byte[128];
        Driver.check(cuDeviceGetName(text, text.length, this.ordinal), "cuDeviceGetName");
        name = new String(text, StandardCharsets.UTF_8).split("\0", 2)[0];
        capability = attribute(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR) * 10
                + attribute(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
        Driver.check(cuDriverGetVersion(number), "cuDriverGetVersion");
        driver = number[0];
        Driver.check(cuDevicePrimaryCtxRetain(context, this.ordinal), "cuDevicePrimaryCtxRetain");
        memory = new DeviceMemory(this);
        kernels = new KernelImages(this);
    }

    /// Counts the devices.
    ///
    /// @return at least 1 where [Probe] found some
    public static int count() {
        Driver.start();
        int[] number = new int[1];
        Driver.check(cuDeviceGetCount(number), "cuDeviceGetCount");
        return number[0];
    }

    private int attribute(int attribute) {
        int[] value = new int[1];
        Driver.check(cuDeviceGetAttribute(value, attribute, ordinal), "cuDeviceGetAttribute");
        return value[0];
    }

    /// Returns the device's number.
    ///
    /// @return from 0
    public int ordinal() {
        return ordinal;
    }

    /// Returns the compute capability.
    ///
    /// @return ten times the major number, and the minor one, such as 90
    public int capability() {
        return capability;
    }

    /// Returns the memory that is taken from the device.
    ///
    /// @return of this device
    public DeviceMemory memory() {
        return memory;
    }

    /// Returns the kernels.
    ///
    /// @return loaded as they are asked for
    public KernelImages kernels() {
        return kernels;
    }

    /// Describes device and driver for provenance.
    ///
    /// @return name, capability and the CUDA version that the driver offers
    public String text() {
        return "%s, compute capability %d.%d, driver for CUDA %d.%d"
                .formatted(name, capability / 10, capability % 10, driver / 1000, driver % 1000 / 10);
    }

    /// Makes the calling thread's calls go to this device. Every method of the classes beside this one that
    /// calls the driver does so first.
    public void enter() {
        Driver.check(cuCtxSetCurrent(context), "cuCtxSetCurrent");
    }

    /// Asks somebody else what the device is doing, should it be lost.
    ///
    /// @param told for the end of a sentence
    public void tells(Supplier<String> told) {
        work = told;
    }

    /// Throws if a call failed. If the device is lost by that, any call of any stream may be the first to hear of it,
    /// so
    /// the message says what all of them had come to.
    ///
    /// @param code what the driver returned
    /// @param what the call
    public void check(int code, String what) {
        if (Driver.isLost(code)) {
            lost = true;
            Driver.check(code, "%s is lost (%s)%s; %s".formatted(this, text(), work.get(), what));
        }
        Driver.check(code, what);
    }

    /// Throws if a call that frees something failed, but not on a lost device, whose context takes all that
    /// it held with it.
    ///
    /// @param code what the driver returned
    /// @param what the call
    void freed(int code, String what) {
        if (!lost) {
            check(code, what);
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        enter();
        kernels.close();
        memory.close();
        Driver.check(cuDevicePrimaryCtxRelease(ordinal), "cuDevicePrimaryCtxRelease");
    }

    @Override
    public String toString() {
        return "cuda:" + ordinal;
    }
}

package dev.parity.cuda.internal.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.parity.spi.Availability;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Tells what a machine has, by plain look-ups of libraries and a few calls of the driver, before any class
/// of the JavaCPP presets is touched: those cannot be initialised without the driver.
@SuppressWarnings("restricted") // native functions are called here
public final class Probe {
    /// The oldest driver interface that the presets can use: they refer to functions of CUDA 13.
    private static final int DRIVER = 13_000;
    /// The oldest device: BF16 and TF32 on tensor cores came with 8.0.
    private static final int CAPABILITY = 80;

    private static final int NO_DEVICE = 100;
    private static final int CAPABILITY_MAJOR = 75; // cuda.h, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR
    private static final int CAPABILITY_MINOR = 76;
    private static final int NAME_LENGTH = 128;

    private final SymbolLookup driver;

    private Probe(SymbolLookup driver) {
        this.driver = driver;
    }

    /// Something that is missing.
    private static final class Missing extends Exception {
        private static final long serialVersionUID = 1;

        private final String reason;

        Missing(String reason) {
            super(reason);
            this.reason = reason;
        }
    }

    /// Looks for devices and for what they need.
    ///
    /// @param libraries files that must be there besides the driver and the runtime, each with how to get it
    /// @return the devices, or what is missing and how to mend it
    public static Availability look(List<Needed> libraries) {
        try (Arena arena = Arena.ofConfined()) {
            Optional<SymbolLookup> driver = find("libcuda.so.1", arena);
            if (driver.isEmpty()) {
                throw new Missing(noDriver());
            }
            List<String> devices = new Probe(driver.get()).devices();
            List<Needed> needed = new ArrayList<>(libraries);
            needed.addFirst(new Needed(
                    "libcudart.so.13",
                    "install the CUDA 13 runtime (package cuda-cudart-13-0) and have its folder in LD_LIBRARY_PATH"));
            if (!KernelImages.given()) {
                needed.add(new Needed(
                        "libnvrtc.so.13",
                        "install NVRTC of CUDA 13 (package cuda-nvrtc-13-0), or give compiled kernels by -D%s=FOLDER"
                                .formatted(KernelImages.FOLDER)));
            }
            for (Needed library : needed) {
                if (find(library.file(), arena).isEmpty()) {
                    throw new Missing("%s was not found: %s".formatted(library.file(), library.remedy()));
                }
            }
            if (!KernelImages.given() && Toolkit.headers().isEmpty()) {
                throw new Missing("cuda_fp16.h was not found: install CUDA's headers (package cuda-cudart-dev-13-0),"
                        + " and set CUDA_HOME if they are not below /usr/local/cuda");
            }
            return new Availability.Available(devices);
        } catch (Missing missing) {
            return new Availability.Unavailable(missing.reason);
        }
    }

    /// A library file.
    ///
    /// @param file name as the loader looks for it
    /// @param remedy how to get it
    public record Needed(String file, String remedy) {}

    private static Optional<SymbolLookup> find(String library, Arena arena) {
        try {
            return Optional.of(SymbolLookup.libraryLookup(library, arena));
        } catch (IllegalArgumentException absent) {
            return Optional.empty();
        }
    }

    private static String noDriver() {
        return Files.exists(Path.of("/proc/driver/nvidia/version")) || Files.exists(Path.of("/dev/nvidiactl"))
                ? "the kernel has NVIDIA's driver, but its library libcuda.so.1 was not found: start the container with"
                        + " --gpus all and NVIDIA_DRIVER_CAPABILITIES=compute,utility, or repair the driver's installation"
                : "no NVIDIA driver (libcuda.so.1 was not found): install driver 580 or later, and in a container start it"
                        + " with --gpus all";
    }

    private List<String> devices() throws Missing {
        int code = call("cuInit", FunctionDescriptor.of(JAVA_INT, JAVA_INT), 0);
        if (code == NO_DEVICE) {
            throw new Missing(
                    "the driver found no device (CUDA_ERROR_NO_DEVICE): is one plugged in, does nvidia-smi list"
                            + " it, and does CUDA_VISIBLE_DEVICES hide it?");
        }
        if (code != 0) {
            throw new Missing("the driver did not start, cuInit returned %d (%s): does nvidia-smi work, and do the"
                            .formatted(code, name(code))
                    + " kernel module and libcuda.so.1 have one version?");
        }
        int version = number("cuDriverGetVersion");
        if (version < DRIVER) {
            throw new Missing("the driver offers CUDA %s, needed is %s: install driver 580 or later"
                    .formatted(version(version), version(DRIVER)));
        }
        List<String> found = new ArrayList<>();
        int count = number("cuDeviceGetCount");
        for (int ordinal = 0; ordinal < count; ordinal++) {
            int capability = attribute(CAPABILITY_MAJOR, ordinal) * 10 + attribute(CAPABILITY_MINOR, ordinal);
            String device = "%s, compute capability %d.%d, driver for CUDA %s"
                    .formatted(deviceName(ordinal), capability / 10, capability % 10, version(version));
            if (capability < CAPABILITY) {
                throw new Missing("device %d is %s, needed is compute capability %d.%d: choose another one by"
                                .formatted(ordinal, device, CAPABILITY / 10, CAPABILITY % 10)
                        + " CUDA_VISIBLE_DEVICES");
            }
            found.add(device);
        }
        if (found.isEmpty()) {
            throw new Missing("the driver counts no device: is one plugged in, and does nvidia-smi list it?");
        }
        return found;
    }

    private static String version(int number) {
        return "%d.%d".formatted(number / 1000, number % 1000 / 10);
    }

    private int number(String function) throws Missing {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocate(JAVA_INT);
            checked(function, call(function, FunctionDescriptor.of(JAVA_INT, ADDRESS), result));
            return result.get(JAVA_INT, 0);
        }
    }

    private int attribute(int attribute, int ordinal) throws Missing {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocate(JAVA_INT);
            FunctionDescriptor type = FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
            checked("cuDeviceGetAttribute", call("cuDeviceGetAttribute", type, result, attribute, ordinal));
            return result.get(JAVA_INT, 0);
        }
    }

    private String deviceName(int ordinal) throws Missing {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocate(NAME_LENGTH);
            FunctionDescriptor type = FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
            checked("cuDeviceGetName", call("cuDeviceGetName", type, result, NAME_LENGTH, ordinal));
            return result.getString(0);
        }
    }

    private void checked(String function, int code) throws Missing {
        if (code != 0) {
            throw new Missing("the driver failed, %s returned %d (%s): does nvidia-smi work?"
                    .formatted(function, code, name(code)));
        }
    }

    /// Returns what the driver calls an error.
    private String name(int code) throws Missing {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(ADDRESS);
            int found = call("cuGetErrorName", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS), code, text);
            MemorySegment name = text.get(ADDRESS, 0);
            return found != 0 || name.equals(MemorySegment.NULL)
                    ? "unknown to this driver"
                    : name.reinterpret(NAME_LENGTH).getString(0);
        }
    }

    private int call(String function, FunctionDescriptor type, Object... arguments) throws Missing {
        MemorySegment address = driver.find(function)
                .orElseThrow(() -> new Missing(
                        "libcuda.so.1 has no function %s: install driver 580 or later".formatted(function)));
        try {
            return (int) Linker.nativeLinker().downcallHandle(address, type).invokeWithArguments(arguments);
        } catch (Throwable failure) {
            throw new IllegalStateException("cannot call " + function, failure); // its type is fixed above
        }
    }
}

package dev.parity.cuda.internal.driver;

import static org.bytedeco.cuda.global.cudart.CUDA_ERROR_ASSERT;
import static org.bytedeco.cuda.global.cudart.CUDA_ERROR_ECC_UNCORRECTABLE;
import static org.bytedeco.cuda.global.cudart.CUDA_ERROR_HARDWARE_STACK_ERROR;
import static org.bytedeco.cuda.global.cudart.CUDA_ERROR_ILLEGAL_ADDRESS;
import static org.bytedeco.cuda.global.cudart.CUDA_ERROR_ILLEGAL_INSTRUCTION;
import static org.bytedeco.cuda.global.cudart.CUDA_ERROR_INVALID_ADDRESS_SPACE;
import static org.bytedeco.cuda.global.cudart.CUDA_ERROR_INVALID_PC;
import static org.bytedeco.cuda.global.cudart.CUDA_ERROR_LAUNCH_FAILED;
import static org.bytedeco.cuda.global.cudart.CUDA_ERROR_LAUNCH_TIMEOUT;
import static org.bytedeco.cuda.global.cudart.CUDA_ERROR_MISALIGNED_ADDRESS;
import static org.bytedeco.cuda.global.cudart.CUDA_SUCCESS;
import static org.bytedeco.cuda.global.cudart.cuGetErrorName;
import static org.bytedeco.cuda.global.cudart.cuGetErrorString;
import static org.bytedeco.cuda.global.cudart.cuInit;

import dev.parity.spi.BackendException;
import java.util.Set;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;

/// The driver's errors.
public final class Driver {
    /// After these nothing works any more in the process's context of the device.
    private static final Set<Integer> LOST = Set.of(
            CUDA_ERROR_ECC_UNCORRECTABLE,
            CUDA_ERROR_ILLEGAL_ADDRESS,
            CUDA_ERROR_LAUNCH_TIMEOUT,
            CUDA_ERROR_ASSERT,
            CUDA_ERROR_HARDWARE_STACK_ERROR,
            CUDA_ERROR_ILLEGAL_INSTRUCTION,
            CUDA_ERROR_MISALIGNED_ADDRESS,
            CUDA_ERROR_INVALID_ADDRESS_SPACE,
            CUDA_ERROR_INVALID_PC,
            CUDA_ERROR_LAUNCH_FAILED);

    private Driver() {}

    /// Starts the driver.
    static void start() {
        check(cuInit(0), "cuInit");
    }

    /// Throws if a call failed.
    ///
    /// @param code what it returned
    /// @param what the call
    /// @throws BackendException with the call, the error's name and what the driver says of it
    static void check(int code, String what) {
        if (code != CUDA_SUCCESS) {
            throw new BackendException("%s: %s".formatted(what, text(code)));
        }
    }

    /// Tells whether an error leaves the device's context unusable.
    static boolean isLost(int code) {
        return LOST.contains(code);
    }

    /// Names an error.
    ///
    /// @param code as a call returned it
    /// @return name, number and the driver's explanation
    static String text(int code) {
        try (PointerPointer<BytePointer> name = new PointerPointer<>(1);
                PointerPointer<BytePointer> explanation = new PointerPointer<>(1)) {
            if (cuGetErrorName(code, name) != CUDA_SUCCESS || cuGetErrorString(code, explanation) != CUDA_SUCCESS) {
                return "error %d, which this driver does not know".formatted(code);
            }
            return "%s (%d), %s"
                    .formatted(
                            name.get(BytePointer.class, 0).getString(),
                            code,
                            explanation.get(BytePointer.class, 0).getString());
        }
    }
}

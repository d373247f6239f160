package dev.parity.cuda.internal.driver;

import static org.bytedeco.cuda.global.nvrtc.NVRTC_SUCCESS;
import static org.bytedeco.cuda.global.nvrtc.nvrtcCompileProgram;
import static org.bytedeco.cuda.global.nvrtc.nvrtcCreateProgram;
import static org.bytedeco.cuda.global.nvrtc.nvrtcDestroyProgram;
import static org.bytedeco.cuda.global.nvrtc.nvrtcGetCUBIN;
import static org.bytedeco.cuda.global.nvrtc.nvrtcGetCUBINSize;
import static org.bytedeco.cuda.global.nvrtc.nvrtcGetErrorString;
import static org.bytedeco.cuda.global.nvrtc.nvrtcGetProgramLog;
import static org.bytedeco.cuda.global.nvrtc.nvrtcGetProgramLogSize;
import static org.bytedeco.cuda.global.nvrtc.nvrtcVersion;

import dev.parity.spi.BackendException;
import dev.parity.spi.ElementType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.cuda.nvrtc._nvrtcProgram;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.SizeTPointer;

/// The compiler that comes with the driver's toolkit.
final class Nvrtc {
    /// What this process has compiled, by sources, file, type and capability: many runs of a study open a device each.
    private static final Map<String, byte[]> COMPILED = new ConcurrentHashMap<>();

    private Nvrtc() {}

    /// Names the compiler.
    static String text() {
        int[] major = new int[1];
        int[] minor = new int[1];
        check(nvrtcVersion(major, minor), "nvrtcVersion", "");
        return "NVRTC %d.%d".formatted(major[0], minor[0]);
    }

    /// Compiles a file, once in a process. Nothing is contracted but what the source asks for.
    ///
    /// @param file without its ending
    /// @param type what T is
    /// @param capability of the device
    /// @return a binary for the device
    static byte[] image(String file, ElementType type, int capability) {
        String key = "%s %s.%s.sm_%d".formatted(KernelSources.version(), file, type, capability);
        return COMPILED.computeIfAbsent(key, _ -> compile(file, type, capability));
    }

    private static byte[] compile(String file, ElementType type, int capability) {
        List<String> options = new ArrayList<>(
                List.of("--gpu-architecture=sm_" + capability, "--std=c++17", "--fmad=false", "-D" + type));
        Toolkit.headers().map(Path::toString).ifPresent(folder -> options.add("-I" + folder));
        _nvrtcProgram program = new _nvrtcProgram();
        try (BytePointer source = new BytePointer(KernelSources.text(file + ".cu"));
                BytePointer name = new BytePointer(file + ".cu");
                PointerPointer<BytePointer> headers = texts(
                        KernelSources.HEADERS.stream().map(KernelSources::text).toList());
                PointerPointer<BytePointer> names = texts(KernelSources.HEADERS)) {
            int count = KernelSources.HEADERS.size();
            check(
                    nvrtcCreateProgram(program, source, name, count, headers, names),
                    "nvrtcCreateProgram of " + file,
                    "");
        }
        try (PointerPointer<BytePointer> arguments = texts(options);
                SizeTPointer size = new SizeTPointer(1)) {
            int code = nvrtcCompileProgram(program, options.size(), arguments);
            check(
                    code,
                    "nvrtcCompileProgram of %s.cu with %s".formatted(file, options),
                    code == NVRTC_SUCCESS ? "" : log(program));
            check(nvrtcGetCUBINSize(program, size), "nvrtcGetCUBINSize", "");
            byte[] image = new byte[Math.toIntExact(size.get())];
            check(nvrtcGetCUBIN(program, image), "nvrtcGetCUBIN", "");
            return image;
        } finally {
            check(nvrtcDestroyProgram(program), "nvrtcDestroyProgram", "");
        }
    }

    private static PointerPointer<BytePointer> texts(List<String> texts) {
        return new PointerPointer<>(texts.stream().map(BytePointer::new).toArray(BytePointer[]::new));
    }

    private static String log(_nvrtcProgram program) {
        try (SizeTPointer size = new SizeTPointer(1)) {
            check(nvrtcGetProgramLogSize(program, size), "nvrtcGetProgramLogSize", "");
            try (BytePointer text = new BytePointer(size.get())) {
                check(nvrtcGetProgramLog(program, text), "nvrtcGetProgramLog", "");
                return ":\n" + text.getString().strip();
            }
        }
    }

    private static void check(int code, String what, String log) {
        if (code != NVRTC_SUCCESS) {
            throw new BackendException(
                    "%s: %s (%d)%s".formatted(what, nvrtcGetErrorString(code).getString(), code, log));
        }
    }
}

package dev.parity.fakecuda;

import java.nio.file.Path;

/// The fakes as they were built.
///
/// @param home where they lie: `lib`, `bin`, `source` and, once something was compiled, `kernels`
public record FakeLibraries(Path home) {
    /// The directory of the shared libraries; with it in `LD_LIBRARY_PATH` a whole process sees the fake device.
    ///
    /// @return their directory
    public Path directory() {
        return home.resolve("lib");
    }

    /// A shared library.
    ///
    /// @param name as the system's linker knows it, such as `libcuda.so.1`
    /// @return its path
    public Path library(String name) {
        return directory().resolve(name);
    }

    /// The compiler of kernels for the host (`nvrtc/fakenvcc.cpp`).
    ///
    /// @return its path
    Path compiler() {
        return home.resolve("bin").resolve("fakenvcc");
    }
}

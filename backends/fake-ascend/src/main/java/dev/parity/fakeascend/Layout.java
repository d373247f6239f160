package dev.parity.fakeascend;

import java.nio.file.Path;

/// How CANN's functions are spread over its libraries.
public enum Layout {
    /// 8.1: the runtime in `libascendcl.so`, all operators in `libopapi.so`, all of HCCL in `libhccl.so`.
    CANN_8_1("81", "8.1.RC1"),
    /// 9: the runtime in `libacl_rt.so`, operators in `libopapi_math.so`, `_nn.so` and `_cv.so`, communicators in
    /// `libhcomm.so`.
    CANN_9("9x", "9.1.0");

    private final String directory;
    final String version;

    Layout(String directory, String version) {
        this.directory = directory;
        this.version = version;
    }

    Path libraries(Path built) {
        return built.resolve(directory).resolve("lib64");
    }
}

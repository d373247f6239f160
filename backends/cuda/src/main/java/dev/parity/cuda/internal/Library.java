package dev.parity.cuda.internal;

import dev.parity.cuda.internal.driver.Probe.Needed;
import dev.parity.spi.Canonical;
import java.util.List;

/// A library of NVIDIA that computes some of the Ops.
public enum Library {
    /// Matrix products.
    CUBLASLT("matrix products by cuBLASLt"),
    /// Convolutions.
    CUDNN("convolutions by cuDNN");

    private final String does;

    Library(String does) {
        this.does = does;
    }

    /// Returns its part of a backend's id.
    ///
    /// @return lower case
    public String id() {
        return Canonical.name(this);
    }

    /// Says what it computes.
    ///
    /// @return for a sentence
    String does() {
        return does;
    }

    /// Lists what it needs.
    ///
    /// @return at least one file
    List<Needed> files() {
        return switch (this) {
            case CUBLASLT -> {
                String remedy = "install cuBLAS of CUDA 13 (package libcublas-13-0)";
                yield List.of(new Needed("libcublasLt.so.13", remedy), new Needed("libcublas.so.13", remedy));
            }
            case CUDNN ->
                List.of(new Needed("libcudnn.so.9", "install cuDNN 9 for CUDA 13 (package libcudnn9-cuda-13)"));
        };
    }
}

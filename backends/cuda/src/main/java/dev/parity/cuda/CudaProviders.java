package dev.parity.cuda;

import dev.parity.cuda.internal.CudaProvider;
import dev.parity.spi.BackendProvider;
import java.util.List;

/// The backends that run on NVIDIA GPUs.
public final class CudaProviders implements BackendProvider.Catalogue {
    /// For the ServiceLoader.
    public CudaProviders() {}

    @Override
    public List<BackendProvider> providers() {
        return CudaProvider.all();
    }
}

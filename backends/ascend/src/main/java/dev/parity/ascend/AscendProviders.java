package dev.parity.ascend;

import dev.parity.ascend.internal.AscendProvider;
import dev.parity.spi.BackendProvider;
import java.util.List;

/// The backend that runs on Huawei NPUs.
public final class AscendProviders implements BackendProvider.Catalogue {
    /// For the ServiceLoader.
    public AscendProviders() {}

    @Override
    public List<BackendProvider> providers() {
        return List.of(new AscendProvider());
    }
}

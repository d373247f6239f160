package dev.parity.cpu;

import dev.parity.cpu.internal.model.TensorCore;
import dev.parity.spi.DeviceModel;
import java.util.List;

/// The device models of this module.
public final class CpuModels implements DeviceModel.Catalogue {
    /// For the ServiceLoader.
    public CpuModels() {}

    @Override
    public List<DeviceModel> models() {
        return TensorCore.ALL;
    }
}

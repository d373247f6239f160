package dev.parity.cpu;

import dev.parity.cpu.internal.model.Devices;
import dev.parity.spi.DeviceModel;
import java.util.List;
import java.util.stream.Stream;

/// The device models of this module.
public final class CpuModels implements DeviceModel.Catalogue {
    /// For the ServiceLoader.
    public CpuModels() {}

    @Override
    public List<DeviceModel> models() {
        return Stream.of(Devices.GPUS, Devices.NPUS)
                .<DeviceModel>flatMap(List::stream)
                .toList();
    }
}

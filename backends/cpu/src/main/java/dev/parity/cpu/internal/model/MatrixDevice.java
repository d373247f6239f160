package dev.parity.cpu.internal.model;

import dev.parity.spi.Canonical;
import dev.parity.spi.DeviceModel;
import dev.parity.spi.MatrixRule;
import dev.parity.spi.MatrixUnit;
import dev.parity.spi.OperandFormat;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/// A device whose matrix unit follows a [MatrixRule].
///
/// @param id of the model
/// @param description device, and what is assumed
/// @param rule how it sums
/// @param formats what it multiplies
public record MatrixDevice(String id, String description, MatrixRule rule, SortedSet<OperandFormat> formats)
        implements DeviceModel {
    /// Keeps the order of the formats.
    public MatrixDevice {
        formats = Collections.unmodifiableSortedSet(new TreeSet<>(formats));
    }

    @Override
    public MatrixUnit unit(OperandFormat format, MatrixRule changed) {
        if (!formats.contains(format)) {
            throw new IllegalArgumentException("%s has no matrix unit of %s, expected one of %s"
                    .formatted(
                            id,
                            Canonical.name(format),
                            formats.stream().map(Canonical::name).toList()));
        }
        return new BlockDot(format, changed);
    }
}

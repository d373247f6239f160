package dev.parity.spi;

import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.SortedSet;

/// The arithmetic of a device's matrix unit, computed by another processor.
public interface DeviceModel {
    /// Identifies the model to users.
    ///
    /// @return lower case, such as `h100`
    String id();

    /// Names the device, and what of the model is assumed.
    ///
    /// @return one line
    String description();

    /// Returns what its matrix unit reads.
    ///
    /// @return at least one
    SortedSet<OperandFormat> formats();

    /// Returns how its matrix unit sums.
    ///
    /// @return the parameters
    MatrixRule rule();

    /// Describes its matrix unit.
    ///
    /// @param format of the operands
    /// @param rule how it sums, such as [#rule] with changes
    /// @return the unit
    /// @throws IllegalArgumentException if the device has no such unit, with those it has
    MatrixUnit unit(OperandFormat format, MatrixRule rule);

    /// Where models come from; found by [ServiceLoader].
    @FunctionalInterface
    interface Catalogue {
        /// Lists models.
        ///
        /// @return each with an id of its own
        List<DeviceModel> models();
    }

    /// Lists the models on the class path.
    ///
    /// @return sorted by id
    static List<DeviceModel> all() {
        return ServiceLoader.load(Catalogue.class).stream()
                .flatMap(provider -> provider.get().models().stream())
                .sorted(Comparator.comparing(DeviceModel::id))
                .toList();
    }

    /// Finds a model.
    ///
    /// @param id as [#id]
    /// @return the model
    /// @throws IllegalArgumentException if there is none, with the ids that exist
    static DeviceModel of(String id) {
        List<DeviceModel> all = all();
        return all.stream()
                .filter(model -> model.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no device model '%s', there are %s"
                        .formatted(id, all.stream().map(DeviceModel::id).toList())));
    }
}

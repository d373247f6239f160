package dev.parity.spi;

import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.ServiceLoader;
import java.util.SortedSet;

/// The arithmetic of a device, computed by another processor.
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

    /// Describes its matrix unit.
    ///
    /// @param format of the operands
    /// @param options other than the device's own
    /// @return the unit
    /// @throws IllegalArgumentException if the device has no such unit, with those it has
    MatrixUnit unit(OperandFormat format, Options options);

    /// What a unit may be told.
    ///
    /// @param rounding of FP32 operands to TF32
    /// @param products that it adds in one step; empty for the device's own
    record Options(TensorRounding rounding, OptionalInt products) {
        /// As the device does.
        public static final Options OWN = new Options(TensorRounding.RZ, OptionalInt.empty());
    }

    /// How an FP32 operand becomes a TF32 one.
    enum TensorRounding {
        /// Towards zero: the unit does not read the lower bits.
        RZ,
        /// To nearest, ties to even.
        RNE,
        /// To nearest, ties away from zero, as libraries do before the unit reads.
        RNA
    }

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

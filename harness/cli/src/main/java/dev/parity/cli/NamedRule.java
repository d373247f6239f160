package dev.parity.cli;

import dev.parity.spi.BackendProvider;
import dev.parity.spi.Backends;
import dev.parity.spi.DeviceModel;
import dev.parity.spi.MatrixRule;
import dev.parity.spi.MatrixUnit;
import dev.parity.spi.OperandFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A rule by the name of its device, or of a preset of the cube unit.
///
/// @param name such as `h100` or `cube-tree`
/// @param description device, and what is assumed
/// @param model which formats there are
/// @param rule how it sums
record NamedRule(String name, String description, DeviceModel model, MatrixRule rule) {
    /// The device whose formats a preset has.
    private static final String CUBE = "910b";

    /// Presets by name, and the backends that compute by them.
    private static final Map<String, String> PRESETS = new TreeMap<>(Map.of(
            "cube-rne", "ascend-model:910b",
            "cube-tree", "ascend-model:910b:cube-tree",
            "cube-trunc", "ascend-model:910b:cube-trunc"));

    /// Finds a rule.
    ///
    /// @param name of a device or a preset
    /// @return the rule
    /// @throws IllegalArgumentException if there is none, with those there are
    static NamedRule of(String name) {
        return all().stream()
                .filter(each -> each.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no device or preset '%s', there are %s"
                        .formatted(name, all().stream().map(NamedRule::name).toList())));
    }

    /// Lists all rules that have a name.
    ///
    /// @return devices, then presets, each sorted by name
    static List<NamedRule> all() {
        List<NamedRule> all = new ArrayList<>();
        DeviceModel.all()
                .forEach(model -> all.add(new NamedRule(model.id(), model.description(), model, model.rule())));
        DeviceModel cube = DeviceModel.of(CUBE);
        PRESETS.forEach((name, id) -> {
            BackendProvider backend = Backends.provider(id);
            all.add(new NamedRule(
                    name, backend.description(), cube, backend.defaultMode().matrixUnit()));
        });
        return all;
    }

    /// Tells whether a format is multiplied.
    ///
    /// @param format of operands
    /// @return whether there is a unit of it
    boolean multiplies(OperandFormat format) {
        return model.formats().contains(format);
    }

    /// Returns the unit of a format.
    ///
    /// @param format of operands
    /// @return the unit
    /// @throws IllegalArgumentException if there is none, with those there are
    MatrixUnit unit(OperandFormat format) {
        return model.unit(format, rule);
    }
}

package dev.parity.cli;

import dev.parity.spi.Canonical;
import dev.parity.spi.DeviceModel;
import dev.parity.spi.MatrixRule.Rounding;
import dev.parity.spi.MatrixUnit;
import dev.parity.spi.OperandFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A unit whose errors are measured.
///
/// @param name of a device or preset, which multiplies FP16; or of a rounding of FP32 operands, such as `tf32-rz`,
/// whose
///     products are summed as `cube-rne` does, which adds little of its own
/// @param unit that computes
/// @param format of its operands
record MeasuredUnit(String name, MatrixUnit unit, OperandFormat format) {
    private static final String SUM = "cube-rne";

    /// Finds a unit.
    ///
    /// @param name of it
    /// @return the unit
    /// @throws IllegalArgumentException if there is none, with those there are
    static MeasuredUnit of(String name) {
        return roundings().stream()
                .filter(each -> each.name.equals(name))
                .findFirst()
                .orElseGet(() -> new MeasuredUnit(name, named(name).unit(OperandFormat.FP16), OperandFormat.FP16));
    }

    private static NamedRule named(String name) {
        try {
            return NamedRule.of(name);
        } catch (IllegalArgumentException unknown) {
            throw new IllegalArgumentException(
                    unknown.getMessage() + " and "
                            + roundings().stream().map(MeasuredUnit::name).toList(),
                    unknown);
        }
    }

    private static List<MeasuredUnit> roundings() {
        List<MeasuredUnit> units = new ArrayList<>();
        for (OperandFormat format : List.of(OperandFormat.TF32, OperandFormat.HF32)) {
            DeviceModel model = DeviceModel.all().stream()
                    .filter(each -> each.formats().contains(format))
                    .findFirst()
                    .orElseThrow();
            Arrays.stream(Rounding.values())
                    .map(mode -> new MeasuredUnit(
                            Canonical.name(format) + "-" + Canonical.name(mode),
                            model.unit(format, NamedRule.of(SUM).rule().with(mode)),
                            format))
                    .forEach(units::add);
        }
        return units;
    }
}

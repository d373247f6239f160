package dev.parity.cli;

import dev.parity.spi.MatrixUnit;
import dev.parity.spi.OperandFormat;

/// A dot product that a matrix unit is asked for, in bit patterns.
///
/// @param format of the operands
/// @param a operands
/// @param b as many
/// @param c accumulator, FP32
@SuppressWarnings("ArrayRecordComponent") // handed on to units, never compared
record Dot(OperandFormat format, int[] a, int[] b, int c) {
    /// Reads the columns a, b and c_fp32 of a row.
    ///
    /// @param row of a table
    /// @param format of a and b
    /// @return the dot product
    /// @throws dev.parity.trace.TraceFormatException if a cell holds something else, or a and b differ in length
    static Dot of(PatternTable.Row row, OperandFormat format) {
        int[] a = row.patterns("a", format.bits());
        int[] b = row.patterns("b", format.bits());
        if (a.length != b.length) {
            throw row.wrong("found %d operands in a and %d in b, expected as many".formatted(a.length, b.length));
        }
        return new Dot(format, a, b, row.pattern("c_fp32", Float.SIZE));
    }

    /// Computes with an FP32 accumulator.
    ///
    /// @param unit of the format
    /// @return FP32
    int in(MatrixUnit unit) {
        return unit.dot(a, b, c);
    }

    /// Computes with an FP16 accumulator, the given one rounded to nearest even.
    ///
    /// @param unit of the format
    /// @return FP16
    int inHalf(MatrixUnit unit) {
        return unit.dotInHalf(a, b, Short.toUnsignedInt(Float.floatToFloat16(Float.intBitsToFloat(c))));
    }
}

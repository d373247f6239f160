package dev.parity.engine;

import dev.parity.spi.ElementType;
import dev.parity.spi.Shape;
import dev.parity.spi.TensorType;
import dev.parity.trace.SeedStream;

/// One weight or bias of the net, as one rank holds it.
///
/// @param name such as `conv1.weight` or `moe0.expert.bias`
/// @param type as the net computes with it
/// @param kind who shares it
/// @param fanIn inputs of a unit; values start in U(-1/sqrt(fanIn), 1/sqrt(fanIn))
/// @param stream name of the random stream of its initial values
/// @param copies how often those values are repeated along the leading axis (experts start as copies)
public record Parameter(String name, TensorType type, Kind kind, int fanIn, String stream, int copies) {
    /// Who shares a parameter.
    public enum Kind {
        /// Every rank has the same.
        DENSE,
        /// Every rank has the same, in FP32.
        GATE,
        /// Ranks at one place of their expert-parallel groups have the same.
        EXPERT
    }

    /// Returns the type of its master copy.
    ///
    /// @return FP32
    public TensorType master() {
        return type.as(ElementType.FP32);
    }

    /// Draws the initial values.
    ///
    /// @param seeds of the run
    /// @return row-major, exact in FP32
    public double[] initial(SeedStream seeds) {
        Shape shape = type.shape();
        int distinct = shape.size() / copies;
        double bound = 1 / Math.sqrt(fanIn);
        SeedStream.Draw draw = seeds.draw("init/" + stream, 0);
        double[] values = new double[shape.size()];
        for (int i = 0; i < distinct; i++) {
            values[i] = (float) ((2 * draw.uniform() - 1) * bound);
        }
        for (int i = distinct; i < values.length; i++) {
            values[i] = values[i - distinct];
        }
        return values;
    }
}
